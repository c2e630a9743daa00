/**
 * The second books of scheduled transfers: what the fold writes of them, held against the diagram of ledger/schedule.ts by
 * no rule of the fold's. A schedule is placed once and ends at most once, with its time and its rights unchanged; it is
 * executed by an event that executes, no earlier than its time; and no such event executes anything else.
 */
import { parseEvent } from '../../audit/event.ts';
import { formatMicros, parseMicros } from '../../kernel/clock.ts';
import { formatId } from '../../kernel/id.ts';
import type { BatchRows } from '../batch-rows.ts';
import type { Problems } from './problems.ts';

interface Version {
  readonly status: string;
  /** Microseconds since 1970, as text. */
  readonly scheduledFor: string;
  readonly unrestricted: boolean;
}

/** By what became of the event that executes. */
const EXECUTED: Readonly<Record<string, string>> = { posted: 'executed', refused: 'execution_refused' };

export class ScheduleBooks {
  readonly #ledgerId: number;
  readonly #problems: Problems;
  readonly #newest = new Map<number, Version>();
  #exact = true;

  constructor(ledgerId: number, problems: Problems) {
    this.#ledgerId = ledgerId;
    this.#problems = problems;
  }

  /** Takes in what the fold made of the next batch. */
  see({ events, rare }: Pick<BatchRows, 'events' | 'rare'>): void {
    const executions = new Map<number, { readonly status: string; readonly at: number }>();
    for (const { type, body } of events) {
      if (type !== 'transfer.execute') continue;
      const { number, outcome, at } = parseEvent(body);
      executions.set(Number(number), { status: EXECUTED[outcome] ?? outcome, at: parseMicros(at) ?? 0 });
    }
    for (const row of rare.schedules) {
      const [id, number, status, scheduledFor, unrestricted] = row as [
        string,
        string,
        string,
        string,
        boolean,
      ];
      const version = { status, scheduledFor, unrestricted };
      this.#continue(Number(id), Number(number), version);
      if (status !== 'executed' && status !== 'execution_refused') continue;
      const execution = executions.get(Number(number));
      executions.delete(Number(number));
      const subject = `schedule ${formatId('trf', this.#ledgerId, Number(id))}`;
      if (execution?.status !== status)
        this.#add(Number(number), subject, execution?.status ?? 'no execution', status);
      else if (execution.at < Number(scheduledFor))
        this.#add(
          Number(number),
          `${subject}: executed at`,
          `${formatMicros(Number(scheduledFor))} or later`,
          formatMicros(execution.at),
        );
    }
    for (const [number, { status }] of executions)
      this.#add(number, 'an execution', 'of a scheduled transfer', `${status}, of none`);
  }

  /** A batch was left out: what stood before is not known any more. */
  lose(): void {
    this.#exact = false;
    this.#newest.clear();
  }

  #continue(id: number, number: number, version: Version): void {
    const before = this.#newest.get(id);
    this.#newest.set(id, version);
    if (!before && !this.#exact) return;
    const subject = `schedule ${formatId('trf', this.#ledgerId, id)}`;
    const isFirst = version.status === 'scheduled';
    if (isFirst !== (before === undefined) || (before && before.status !== 'scheduled'))
      this.#add(
        number,
        subject,
        before ? `what may follow ${before.status}` : 'to be placed first',
        version.status,
      );
    if (!before) return;
    if (before.scheduledFor !== version.scheduledFor)
      this.#add(number, `${subject}: time`, before.scheduledFor, version.scheduledFor);
    if (before.unrestricted !== version.unrestricted)
      this.#add(number, `${subject}: rights`, String(before.unrestricted), String(version.unrestricted));
  }

  #add(number: number, subject: string, expected: string, found: string): void {
    this.#problems.add({ check: 'schedules', number, subject, expected, found });
  }
}
