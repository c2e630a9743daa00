/**
 * A log in memory that stores folded batches and answers reads as PostgreSQL does, so that the fold can be run with as
 * little memory of its own as one likes: what it forgot, it must ask for, or it decides wrongly.
 */
import type { BatchRows, EventRow } from '../../src/engine/batch-rows.ts';
import type { Wanted } from '../../src/engine/state.ts';
import type { AccountRow, ApiKeyRow, ReadAnswer } from '../../src/engine/store.ts';
import type { Entry } from '../../src/ledger/transfer.ts';

type Row = readonly unknown[];

export class MemoryLog {
  readonly events: EventRow[] = [];
  readonly entries: Entry[] = [];
  readonly #accounts: Row[] = [];
  readonly #settings: Row[] = [];
  readonly #apiKeys: Row[] = [];
  readonly #revoked = new Set<string>();
  readonly #names: [string, number][] = [];

  append({ events, entries, rare }: BatchRows): void {
    this.events.push(...events);
    this.entries.push(...entries);
    this.#accounts.push(...(rare.accounts as Row[]));
    this.#settings.push(...(rare.settings as Row[]));
    this.#apiKeys.push(...(rare.api_keys as Row[]));
    for (const [id] of rare.revocations as Row[]) this.#revoked.add(String(id));
    for (const [id, name] of rare.ledgers as Row[]) this.#names.push([String(name), Number(id)]);
  }

  read(wanted: Wanted): ReadAnswer {
    return {
      head: this.events.length,
      link: '',
      at: 0,
      accounts: this.#accounts
        .filter(([id, code]) => wanted.accounts.includes(Number(id)) || wanted.codes.includes(String(code)))
        .map((row) => this.#accountRow(row)),
      keys: this.events.flatMap(({ key, fingerprint, code, body }, i) =>
        wanted.keys.includes(key) ? [[key, i + 1, fingerprint, code, body] as const] : [],
      ),
      api_keys: this.#apiKeys
        .filter(([id]) => wanted.apiKeys.includes(Number(id)))
        .map(([id, client, , , scopes, expiresAt]): ApiKeyRow => {
          const ends = expiresAt === null ? null : Number(expiresAt);
          return [Number(id), String(client), scopes as string[], ends, this.#revoked.has(String(id))];
        }),
      names: this.#names.filter(([name]) => wanted.names.includes(name)),
    };
  }

  #accountRow([id, code, kind, currency, owner]: Row): AccountRow {
    const [, , floor, ceiling, debitsFrozen, creditsFrozen, closed] = this.#settings.findLast(
      ([of]) => of === id,
    ) as Row;
    const e = this.entries.findLast(({ account }) => account === Number(id));
    const minor = (total: bigint | undefined): string => String(total ?? 0n);
    return [
      Number(id),
      code as string,
      kind as string,
      currency as string,
      owner as string | null,
      floor as string | null,
      ceiling as string | null,
      debitsFrozen as boolean,
      creditsFrozen as boolean,
      closed as boolean,
      minor(e?.debits),
      minor(e?.credits),
      minor(e?.heldDebits),
      minor(e?.heldCredits),
      e?.debitCount ?? 0,
      e?.creditCount ?? 0,
      e?.refusedCount ?? 0,
      e?.version ?? 0,
    ];
  }
}
