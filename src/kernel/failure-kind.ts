/** The four kinds of failures (failure.ts), and words that their advice shares. */

export type FailureKind = 'malformed' | 'denied' | 'refused' | 'fault';

export interface Failure<K extends FailureKind = FailureKind> {
  readonly kind: K;
  /** HTTP status (RFC 9110 §15). */
  readonly status: number;
  readonly title: string;
  /** What the caller should do now. */
  readonly advice: string;
}

export const malformed = (status: number, title: string, advice: string): Failure<'malformed'> => ({
  kind: 'malformed',
  status,
  title,
  advice,
});
export const denied = (status: number, title: string, advice: string): Failure<'denied'> => ({
  kind: 'denied',
  status,
  title,
  advice,
});
export const refused = (title: string, advice: string): Failure<'refused'> => ({
  kind: 'refused',
  status: 422,
  title,
  advice,
});
export const fault = (status: number, title: string, advice: string): Failure<'fault'> => ({
  kind: 'fault',
  status,
  title,
  advice,
});

export const SAME_KEY = 'Send the same request again with the same idempotency key';
/** Of what is asked for once, and of commands. */
export const ANEW = 'The next request is decided anew (under a new idempotency key, where it takes one).';
export const NEW_KEY = 'send it under a new idempotency key: this answer is final for its key';
