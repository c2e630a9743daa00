/** Reads of scheduled transfers through the pool. */
import { call, type Sql } from '../db/connect.ts';
import type { ScheduleStatus } from '../ledger/schedule.ts';
import { asList } from './store.ts';

const READ = { deadlineMs: 5000, read: true } as const;

/** What became of a scheduled transfer. */
export interface PresentSchedule {
  readonly status: ScheduleStatus;
  /** Event by which it came to this status. */
  readonly number: number;
  /** When; microseconds since 1970. */
  readonly at: number;
  /** Why the execution was refused. */
  readonly code: string | null;
}

export class ScheduleReads {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async present(ledgerId: number, number: number): Promise<PresentSchedule | null> {
    const [row] = await call(
      () => this.#sql<{ r: PresentSchedule | null }[]>`select bahi.schedule_get(${ledgerId}, ${number}) as r`,
      READ,
    );
    return (row as { r: PresentSchedule | null }).r;
  }

  /** Transfers whose time has come, with the events that asked for them, in all ledgers but these, the longest overdue first. */
  async due(
    except: readonly number[],
    limit: number,
  ): Promise<readonly (readonly [ledgerId: number, schedule: number, body: string])[]> {
    const [row] = await call(
      () => this.#sql<{ r: [number, number, string][] }[]>`
        select bahi.schedule_due(${asList(except)}::text::integer[], ${limit}::integer) as r`,
      READ,
    );
    return (row as { r: [number, number, string][] }).r;
  }
}
