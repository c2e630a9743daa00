/** Scheduled transfers as the model ledger knows them: intentions with a time, which nothing is kept for. */
import type { Actor, CreateTransfer } from '../../src/engine/command.ts';
import type { ModelAccount } from './model-account.ts';
import { contentOf } from './model-intents.ts';

interface ModelSchedule {
  readonly time: number;
  readonly content: string;
  /** Whose rights it has. */
  readonly actor: Actor;
  state: 'open' | 'schedule_executed' | 'schedule_execution_refused' | 'schedule_canceled';
}

const YEAR = 366 * 24 * 3600 * 1_000_000;

/** Debited by whoever may debit at all. */
export const isCustomers = ({ owner, floor, growsByDebits }: ModelAccount): boolean =>
  owner !== null && floor !== null && !growsByDebits;

export class ModelSchedules extends Map<number, ModelSchedule> {
  /** Why this cannot be scheduled; `mayDebit` tells what the client may. */
  place(
    number: number,
    actor: Actor,
    command: CreateTransfer,
    now: number,
    find: (ref: string) => ModelAccount | undefined,
    mayDebit: (account: ModelAccount) => boolean,
  ): { readonly code: string; readonly leg?: number } | undefined {
    const time = command.scheduledFor ?? 0;
    if (time <= now || time > now + YEAR) return { code: 'schedule_out_of_bounds' };
    for (const [leg, { debit, credit, currency }] of command.legs.entries()) {
      const [from, to] = [find(debit), find(credit)];
      if (!from || !to) return { code: 'account_unknown', leg };
      if (from === to) return { code: 'same_account', leg };
      if (!mayDebit(from)) return { code: 'debit_not_permitted', leg };
      if (from.currency !== currency || to.currency !== currency) return { code: 'currency_mismatch', leg };
    }
    this.set(number, { time, content: contentOf({ command: command }), actor, state: 'open' });
    return undefined;
  }

  /** What this executes; undefined: nothing happens. */
  due(number: number, command: CreateTransfer, now: number): ModelSchedule | undefined {
    const found = this.get(number);
    if (found?.state !== 'open' || found.time > now || found.content !== contentOf({ command: command }))
      return undefined;
    return found;
  }

  canceled(number: number): string {
    const found = this.get(number);
    if (!found) return 'not_scheduled';
    if (found.state !== 'open') return found.state;
    found.state = 'schedule_canceled';
    return '';
  }
}
