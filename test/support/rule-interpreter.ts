/**
 * The rule language once more, written apart: it walks the JSON of a node at each evaluation, reckons with bigint alone, and shares no code with
 * src/fraud. Slow and plain, so that what was compiled can be held against it.
 */

/** Boolean, text, or a number of any numeric type; undefined: missing. */
type Plain = boolean | string | bigint | undefined;

/** By the key of the fact. */
export type PlainFacts = ReadonlyMap<string, Plain>;

type Node = Readonly<Record<string, unknown>>;

const UNIT = { s: 1n, m: 60n, h: 3600n, d: 86_400n };

export function interpret(node: unknown, facts: PlainFacts): Plain {
  if (typeof node === 'boolean' || typeof node === 'string') return node;
  if (typeof node === 'number') return BigInt(node);
  const fields = node as Node;
  if ('fact' in fields) return facts.get(keyOf(fields));
  const [[name, of]] = Object.entries(fields) as [[string, unknown]];
  if (name === 'money') return paise(of as string);
  if (name === 'duration') {
    const text = of as string;
    return BigInt(text.slice(0, -1)) * UNIT[text.at(-1) as keyof typeof UNIT];
  }
  const args = of as unknown[];
  const values = () => args.map((arg) => interpret(arg, facts));
  switch (name) {
    case 'all':
      return values().includes(false) ? false : values().includes(undefined) ? undefined : true;
    case 'any':
      return values().includes(true) ? true : values().includes(undefined) ? undefined : false;
    case 'is_missing':
      return values()[0] === undefined;
    case 'or_else':
      return values().find((value) => value !== undefined);
    case 'choose': {
      const [condition, one, other] = values();
      return condition === undefined ? undefined : condition ? one : other;
    }
    default:
      return values().includes(undefined)
        ? undefined
        : strict(name, values() as Exclude<Plain, undefined>[], args);
  }
}

/** Of values none of which is missing. */
function strict(name: string, values: readonly Exclude<Plain, undefined>[], args: readonly unknown[]): Plain {
  const [a, b, c] = values as [bigint, bigint, bigint];
  switch (name) {
    case 'not':
      return (a as unknown) === false;
    case 'more_than':
      return a - b > 0n;
    case 'at_least':
      return a - b >= 0n;
    case 'less_than':
      return a - b < 0n;
    case 'at_most':
      return a - b <= 0n;
    case 'between':
      return b <= a && a <= c;
    case 'equals':
      return a === b;
    case 'is_one_of':
      return values.slice(1).some((value) => value === values[0]);
    case 'plus':
      return (values as bigint[]).reduce((sum, value) => sum + value, 0n);
    case 'minus':
      return a - b;
    case 'times':
      return a * b;
    case 'divide':
      return b === 0n ? undefined : a / b;
    case 'share':
      return b <= 0n ? undefined : clamp((a * 10_000n) / b, 1_000_000_000n);
    case 'largest_of':
      return (values as bigint[]).toSorted((x, y) => (x < y ? 1 : -1))[0];
    case 'smallest_of':
      return (values as bigint[]).toSorted((x, y) => (x < y ? -1 : 1))[0];
    default:
      throw new Error(`the interpreter knows no ${name} of ${args.length}`);
  }
}

const clamp = (value: bigint, most: bigint): bigint => (value > most ? most : value < -most ? -most : value);

/** Parameters in the order in which keys have them. */
function keyOf({ fact, of, direction, within, attempts, what, list, name }: Node): string {
  const told =
    fact === 'on_list'
      ? [list, of]
      : fact === 'attribute'
        ? [of, name]
        : [what, of, direction, within, attempts];
  const given = told.filter((part) => part !== undefined && part !== 'accepted');
  return given.length === 0 ? String(fact) : `${fact}(${given.join(', ')})`;
}

function paise(text: string): bigint {
  const [whole = '', decimals = ''] = text.replace('-', '').split('.');
  const minor = BigInt(whole) * 100n + BigInt(decimals.padEnd(2, '0'));
  return text.startsWith('-') ? -minor : minor;
}
