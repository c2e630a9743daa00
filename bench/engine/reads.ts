/**
 * Reads beside the transfers, through the use cases that answer requests: seven of ten ask for an account's balance,
 * two for a transfer, one for a page of an account's entries. They keep pace with the transfers.
 */
import { getAccount } from '../../src/engine/accounts/get-account.ts';
import { listEntries } from '../../src/engine/accounts/list-entries.ts';
import type { ItemResult } from '../../src/engine/fold.ts';
import { getTransfer } from '../../src/engine/transfers/get-transfer.ts';
import type { Engine, UseCase } from '../../src/engine/use-case.ts';
import { assert } from '../../src/kernel/assert.ts';
import { formatId } from '../../src/kernel/id.ts';
import { randomNumbers } from '../random.ts';
import { BENCH_ACTOR } from '../seed.ts';
import { accountCode } from '../workload.ts';
import type { Load } from './loads.ts';

export interface ReadTally {
  readonly reads: number;
}

const CONCURRENCY = 8;
const PAGE = 20;

export interface Reader {
  onSettled(result: ItemResult): void;
  end(): Promise<ReadTally>;
}

export function readBeside(engine: Engine, ledgerId: number, load: Load, perThousand: number): Reader {
  const next = randomNumbers(load.seed ^ 0x27d4_eb2f);
  let owed = 0;
  let reads = 0;
  let newest = 0;
  const idle: (() => void)[] = [];
  let ended = false;

  const read = async (): Promise<void> => {
    const id = accountCode(next() % load.accounts);
    const chosen = next() % 10;
    if (chosen < 7) await ask(getAccount, { id });
    else if (chosen < 9) await ask(getTransfer, { id: formatId('trf', ledgerId, newest) });
    else await ask(listEntries, listEntries.input.parse({ id, limit: String(PAGE) }));
    reads++;
  };
  async function ask<I>(useCase: UseCase<I>, input: I): Promise<void> {
    const call = { actor: BENCH_ACTOR, ledgerId, requestId: 'req_bench', input, idempotencyKey: '' };
    const { status } = await useCase.run(engine, call);
    assert(status === 200, `${useCase.name} answers`);
  }
  const readers = Array.from({ length: CONCURRENCY }, async () => {
    while (true) {
      if (owed >= 1) {
        owed--;
        await read();
      } else if (ended) return;
      else await new Promise<void>((resolve) => idle.push(resolve));
    }
  });
  const wake = (): void => {
    for (const resolve of idle.splice(0)) resolve();
  };
  return {
    onSettled(result) {
      if (result.kind === 'recorded') newest = result.result.number;
      owed += perThousand / 1000;
      if (owed >= 1) wake();
    },
    async end() {
      ended = true;
      wake();
      await Promise.all(readers);
      return { reads };
    },
  };
}
