/** Legs of an earlier transfer: amounts named for them, whose currencies say how many decimals they may have, and codes. */
import { exponentOf } from '../kernel/currency.ts';
import { isAccountId } from '../kernel/id.ts';
import { parseMinor } from '../kernel/money.ts';
import type { AccountState } from '../ledger/account.ts';

/** Minor units, one a leg; undefined where they do not fit the legs. */
export function minorsOf(
  legs: readonly { readonly currency: string }[],
  texts: readonly string[],
): readonly bigint[] | undefined {
  if (texts.length !== legs.length) return undefined;
  const minors = legs.flatMap(({ currency }, i) => {
    const minor = parseMinor(texts[i] as string, exponentOf(currency));
    return minor.ok ? [minor.value] : [];
  });
  return minors.length === texts.length ? minors : undefined;
}

/** The code that its client gave an account; empty where it gave none, and the id stands for it. */
export const ownCode = (account: AccountState | undefined): string =>
  account === undefined || isAccountId(account.identity.code) ? '' : account.identity.code;
