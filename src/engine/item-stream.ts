/** What an adapter sees of a use case that takes items one by one, without end, and answers them in their order. */
import type { FailureError } from '../kernel/failure.ts';
import type { ItemCounts } from './render.ts';

/** One line as it was read. */
export interface SentLine {
  /** Its number, from one. */
  readonly line: number;
  readonly bytes: number;
  /** The parsed JSON, or why it could not be read. */
  readonly sent: unknown;
}

export interface ItemStreamOptions {
  /** How much may be on its way, in the unit of `weightOf`; asked anew each time. */
  readonly window: () => number;
  /** Called in the order of the lines, with the JSON of each answer. Resolves when the next may come; undefined: at once. */
  readonly onAnswer: (text: string) => Promise<void> | undefined;
  /** Nothing more is taken: `stopped` says why. */
  readonly onStop: () => void;
}

export interface ItemStream {
  /** How many lines were answered how. */
  readonly tally: Readonly<ItemCounts>;
  /** What is taken and not answered yet. */
  readonly weight: number;
  /** Why it takes no more; undefined while it goes on. */
  readonly stopped: FailureError | undefined;
  /** Milliseconds in which nothing was settled although something waits. */
  readonly silentMs: number;
  /** Takes lines; waits while the window or the line of the ledger is full. Takes none once it is stopped. */
  add(lines: readonly SentLine[]): Promise<void>;
  /** Takes no more; what is taken is settled and answered. */
  stop(cause: FailureError): void;
  /** Stops, and answers at once that the outcome of whatever is not settled is open. */
  giveUp(): void;
  /** Waits until everything taken is answered; then the last line (status `ended`), where it was stopped. */
  drain(): Promise<string | undefined>;
}

const BYTES_OF_ONE = 512;

/** A line counts its legs, as the line of the ledger does; a long one counts as several, so that a window bounds memory, too. */
export const weightOf = ({ bytes, sent }: SentLine): number =>
  Math.max(1, Math.ceil(bytes / BYTES_OF_ONE), legsSent(sent));

/** The payer's leg, and that of a rounding difference, which nobody knows of yet. */
const LEGS_BESIDE_CREDITS = 2;

/** How many legs a transfer will have as it was sent, at most; none where nothing of the kind stands in it. */
export function legsSent(sent: unknown): number {
  const credits = arrayAt(objectAt(sent, 'exchange'), 'credits');
  return arrayAt(sent, 'legs').length + (credits.length === 0 ? 0 : credits.length + LEGS_BESIDE_CREDITS);
}

export const objectAt = (value: unknown, name: string): object | undefined => {
  const member = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return typeof member === 'object' && member !== null ? member : undefined;
};

/** Empty where there is none. */
export function arrayAt(value: unknown, name: string): readonly unknown[] {
  const member = objectAt(value, name);
  return Array.isArray(member) ? member : [];
}
