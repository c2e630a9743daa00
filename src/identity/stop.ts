/**
 * A customer's own switch: stops all that accounts of the customer pay, and lets it go on. And the wait that begins where more may
 * leave than before: payments go on, or a cap of an account was raised. Pure, as factor.ts.
 *
 *   running  -stop->    stopped
 *   stopped  -resume->  running, and nothing is authorised for a while
 *
 * Whoever stops needs no code: a stop takes nothing away for good. Going on takes a code of a factor of the customer that has
 * waited; where the customer has none that is active, the word of the client, as an enrolment does. Whoever stops what stands
 * changes nothing; whoever lets go on what was not stopped is told so.
 */
import { activeOf, type CustomerState, type Judged, waitedCodeTaken } from './factor.ts';

const MICROS = 1_000_000;

export const isStopped = ({ stop }: CustomerState): boolean => stop?.stopped === true;

/** The very state that was given where payments were stopped already. */
export const stopped = (state: CustomerState, number: number, at: number): CustomerState =>
  isStopped(state) ? state : { ...state, stop: { stopped: true, number, at }, changed: number };

export interface Resumption {
  /** With a code of which factor, as it was verified outside. */
  readonly proof: { readonly factor: number; readonly timeStep: number | null } | undefined;
  readonly waitSeconds: number;
}

export function resumed(
  state: CustomerState,
  { proof, waitSeconds }: Resumption,
  number: number,
  at: number,
): Judged {
  if (!isStopped(state)) return { code: 'payments_not_stopped', next: state };
  if (!proof && activeOf(state).length > 0) return { code: 'factor_code_required', next: state };
  const judged: Judged = proof
    ? waitedCodeTaken(state, proof.factor, proof.timeStep, number, at)
    : { code: '', next: state };
  if (judged.code !== '') return judged;
  const next = { ...judged.next, stop: { stopped: false, number, at } };
  return { code: '', next: waiting(next, waitSeconds, number, at) };
}

/** Nothing of the customer is authorised for so long, or until later where that was so already. */
export function waiting(state: CustomerState, seconds: number, number: number, at: number): CustomerState {
  const until = at + seconds * MICROS;
  return { ...state, waitsUntil: Math.max(state.waitsUntil ?? 0, until), changed: number };
}
