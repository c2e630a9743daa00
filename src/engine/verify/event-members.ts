/** Members of an event as somebody may have written them by hand: each is checked before it is used. */
import { exponentOf, isCurrency } from '../../kernel/currency.ts';
import { type Prefix, parseId } from '../../kernel/id.ts';
import { parseAmount, parseBound } from '../../kernel/money.ts';

/** A body that the fold cannot have written; the message names the member. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent';
  readonly member: string;

  constructor(member: string) {
    super(`${member} is not what the fold writes`);
    this.member = member;
  }
}

export type Members = Readonly<Record<string, unknown>>;

export const unreadable = (member: string): never => {
  throw new UnreadableEvent(member);
};
export const text = (of: Members, name: string): string => {
  const value = of[name];
  return typeof value === 'string' ? value : unreadable(name);
};
export const optionalText = (of: Members, name: string): string | undefined =>
  of[name] === undefined ? undefined : text(of, name);
export const object = (value: unknown, name: string): Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Members)
    : unreadable(name);
export const list = (value: unknown, name: string): readonly unknown[] =>
  Array.isArray(value) ? value : unreadable(name);
export const flag = (of: Members, name: string): boolean => {
  const value = of[name];
  return typeof value === 'boolean' ? value : unreadable(name);
};
/** A whole number, none below zero. */
export const count = (of: Members, name: string): number => {
  const value = of[name];
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : unreadable(name);
};
export const idOf = (prefix: Prefix, ledgerId: number, of: Members, name: string): number =>
  parseId(prefix, ledgerId, text(of, name)) ?? unreadable(name);
export const currencyOf = (of: Members, name = 'currency'): string => {
  const currency = text(of, name);
  return isCurrency(currency) ? currency : unreadable(name);
};

/** Minor units of the member `amount`. */
export function amountOf(of: Members, currency: string): bigint {
  const amount = parseAmount(text(of, 'amount'), exponentOf(currency));
  return amount.ok ? amount.value : unreadable('amount');
}

/** Minor units of a bound; null where there is none. */
export function boundOf(
  of: Members,
  name: 'floor' | 'ceiling' | 'amount' | 'step_up_above',
  currency: string,
): bigint | null {
  if (of[name] === null) return null;
  const minor = parseBound(text(of, name), exponentOf(currency));
  return minor.ok ? minor.value : unreadable(name);
}
