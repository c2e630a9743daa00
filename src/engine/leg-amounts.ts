/** Amounts that a request names for the legs of an earlier transfer, whose currencies say how many decimals they may have. */
import { exponentOf } from '../kernel/currency.ts';
import { parseMinor } from '../kernel/money.ts';

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
