/** How many requests a client may send: `100/s`, `6000/m`, `50000/h`, `1000000/d`. One way of writing a rate. */

export interface Rate {
  /** As it is written and stored. */
  readonly text: string;
  readonly requests: number;
  /** In which time. */
  readonly seconds: number;
}

/**
 * For sign-ins, enrolments and resets from one source: a team behind one address signs in at once, a guesser gets a few tries a
 * minute at any number of names.
 */
export const SIGN_IN_RATE: Rate = { text: '60/m', requests: 60, seconds: 60 };

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const RATE = /^(1000000|[1-9]\d{0,5})\/([smhd])$/;

/** Undefined where the text is no rate. */
export function parseRate(text: string): Rate | undefined {
  const [, requests, unit = ''] = RATE.exec(text) ?? [];
  const seconds = SECONDS[unit];
  return requests === undefined || seconds === undefined
    ? undefined
    : { text, requests: Number(requests), seconds };
}
