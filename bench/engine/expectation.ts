/**
 * What a ledger must come to, added up from the requests alone and sharing no code with the engine, and what it came
 * to, read by plain SQL. Sums do not depend on the order in which transfers were posted.
 */
import { createHash } from 'node:crypto';
import { assert } from '../../src/kernel/assert.ts';
import { withSql } from '../server.ts';
import { accountCode, type BenchLedger, OPENING_UNITS } from '../workload.ts';
import { intents, type Load } from './loads.ts';

const MINOR_PER_UNIT = 100;

export interface Posted {
  readonly load: Load;
  /** Leading transfers of the load that were put in line. */
  readonly transfers: number;
}

interface Outcome {
  readonly posted: number;
  readonly refused: number;
  /** SHA-256 over code, debits and credits of every account, in order. */
  readonly balances: string;
}

export function expectedOutcome(accounts: number, loads: readonly Posted[]): Outcome {
  const debits = new Float64Array(accounts);
  const credits = new Float64Array(accounts).fill(OPENING_UNITS);
  let posted = 0;
  let refused = 0;
  for (const { load, transfers } of loads) {
    const next = intents(load);
    for (let i = 0; i < transfers; i++) {
      const intent = next();
      if (intent.refused) refused++;
      else posted++;
      if (intent.refused) continue;
      for (const { debit, credit, units } of intent.legs) {
        debits[debit] = (debits[debit] as number) + units;
        credits[credit] = (credits[credit] as number) + units;
      }
    }
  }
  const hash = createHash('sha256');
  const minor = (units: number | undefined): number => (units ?? 0) * MINOR_PER_UNIT;
  for (let i = 0; i < accounts; i++)
    hash.update(`${i > 0 ? ',' : ''}${accountCode(i)} ${minor(debits[i])} ${minor(credits[i])}`);
  return { posted, refused, balances: hash.digest('hex') };
}

/** `openings`: transfers that gave the accounts their opening balances. */
export async function storedOutcome(ledger: BenchLedger, openings: number): Promise<Outcome> {
  const rows = await withSql(
    ledger.owner,
    (sql) => sql<{ posted: number; refused: number; balances: string }[]>`
      select
        (select count(*)::integer from bahi.event where type = 'transfer.create' and code is null) as posted,
        (select count(*)::integer from bahi.event where type = 'transfer.create' and code is not null) as refused,
        (select encode(sha256(convert_to(coalesce(string_agg(a.code || ' ' || e.debits || ' ' || e.credits, ','
            order by a.account_id), ''), 'UTF8')), 'hex')
          from bahi.account a cross join lateral (
            select n.debits, n.credits from bahi.entry n
            where n.ledger_id = a.ledger_id and n.account_id = a.account_id order by n.position desc limit 1
          ) e
          where a.owner is not null) as balances`,
  );
  const [row] = rows;
  assert(row !== undefined, 'an aggregate has one row');
  return { ...row, posted: row.posted - openings };
}

/** Fails unless both are the same; a short hash of them. */
export function compareOutcomes(stored: Outcome, expected: Outcome): string {
  const [one, other] = [JSON.stringify(stored), JSON.stringify(expected)];
  if (one !== other) throw new Error(`the ledger came to ${one}, and the requests add up to ${other}`);
  return createHash('sha256').update(one).digest('hex').slice(0, 16);
}
