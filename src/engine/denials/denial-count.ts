/**
 * Requests that were denied, counted in memory: by caller, operation, code and minute where the caller is known (a key, a
 * session), by source where nobody is. A source is a keyed hash of the address: the log holds no address.
 *
 * Counting takes no lock and waits for nothing, so a flood of denials is a few events (recorder.ts). Memory is bounded, also
 * while nothing can be recorded; what does not fit is counted together, and known callers never make way for unknown ones.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { sourceOf } from '../../identity/network.ts';
import type { Clock } from '../../kernel/clock.ts';
import { INSTALLATION_LEDGER } from '../../kernel/id.ts';
import type { DeniedCaller, RecordDenials } from './denial-command.ts';

const MINUTE_MICROS = 60_000_000;
/** Different ones in a minute, of known callers and of sources. */
const DIFFERENT_MAX = 1000;
/** Minutes that are over and not recorded. */
const PAST_MAX = 5000;
/** What one recording takes. */
const TAKEN_MAX = 500;
/** Callers, operations and codes that do not fit, together. */
const OTHERS = 'others';

export interface Denials extends Omit<RecordDenials, 'type'> {
  /** In whose log they are recorded. */
  readonly ledgerId: number;
  /** Names the intent of recording them: tried again, they are recorded once. */
  readonly name: string;
}

type Counted = Pick<Denials, 'ledgerId' | 'who' | 'operation' | 'code'> & { count: number };

export class DenialCount {
  readonly #clock: Pick<Clock, 'nowMicros'>;
  readonly #key: Buffer;
  #minute = 0;
  #known = new Map<string, Counted>();
  #unknown = new Map<string, Counted>();
  #past: Denials[] = [];
  /** The first minute for which there was no room, and how many denials there were since. */
  #beyond: { minute: number; count: number } | undefined;

  constructor(clock: Pick<Clock, 'nowMicros'>, key: Buffer) {
    this.#clock = clock;
    this.#key = key;
  }

  /** Of a key, in its ledger, or of a session, in the installation's log. */
  known(ledgerId: number, who: DeniedCaller, operation: string, code: string): void {
    this.#turn();
    count(this.#known, { ledgerId, who, operation, code });
  }

  /** Of nobody that is known, from this address, if that can be told. */
  unknown(address: string | undefined, operation: string, code: string): void {
    this.#turn();
    const who = { source: this.sourceOf(address) };
    count(this.#unknown, { ledgerId: INSTALLATION_LEDGER, who, operation, code });
  }

  /** A name for where requests come from that tells nothing about it. */
  sourceOf(address: string | undefined): string {
    const text = address === undefined ? 'unknown' : sourceOf(address);
    return createHmac('sha256', this.#key).update(text).digest('hex').slice(0, 16);
  }

  /** Some of the minutes that are over, or with `all` of what there is; each is told once. */
  take(all = false): Denials[] {
    this.#turn(all);
    const taken = this.#past.splice(0, TAKEN_MAX);
    if (this.#beyond === undefined || this.#past.length > 0) return taken;
    const { minute, count: beyond } = this.#beyond;
    this.#beyond = undefined;
    return [...taken, named({ ...othersOf(INSTALLATION_LEDGER), count: beyond }, minute)];
  }

  /** Not recorded: to be told again, after all others, so that a ledger that takes none does not hold them up. */
  giveBack(denials: readonly Denials[]): void {
    this.#past.push(...denials);
  }

  #turn(all = false): void {
    const now = this.#clock.nowMicros();
    const minute = now - (now % MINUTE_MICROS);
    if (minute === this.#minute && !all) return;
    for (const counts of [this.#known, this.#unknown]) {
      for (const each of counts.values()) {
        if (this.#past.length < PAST_MAX) this.#past.push(named(each, this.#minute));
        else {
          this.#beyond ??= { minute: this.#minute, count: 0 };
          this.#beyond.count += each.count;
        }
      }
      counts.clear();
    }
    this.#minute = minute;
  }
}

const named = (counted: Counted, minute: number): Denials => ({ ...counted, minute, name: randomUUID() });

const othersOf = (ledgerId: number): Omit<Counted, 'count'> => ({
  ledgerId,
  who: { source: OTHERS },
  operation: OTHERS,
  code: OTHERS,
});

function count(counts: Map<string, Counted>, denial: Omit<Counted, 'count'>): void {
  const fits = (text: string): boolean => counts.has(text) || counts.size < DIFFERENT_MAX;
  const exact = nameOf(denial);
  const counted = fits(exact) ? denial : othersOf(INSTALLATION_LEDGER);
  const name = counted === denial ? exact : OTHERS;
  const known = counts.get(name);
  if (known) known.count++;
  else counts.set(name, { ...counted, count: 1 });
}

const nameOf = ({ ledgerId, who, operation, code }: Omit<Counted, 'count'>): string =>
  [ledgerId, ...Object.values(who), operation, code].join(' ');
