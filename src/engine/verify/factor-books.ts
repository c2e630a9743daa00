/**
 * The second books of customers' factors: what the fold writes of them, held against the diagram of identity/factor.ts by no
 * rule of the fold's. A factor waits first, is active next and removed last, with seed and voucher unchanged; nobody becomes
 * active on the client's word beside another; a time step is used once; wrong codes are counted one by one and forgotten
 * only by a right one; from when a factor may be used never changes; no recovery code comes back.
 */

import { formatId } from '../../kernel/id.ts';
import type { BatchRows } from '../batch-rows.ts';
import type { CustomerRow, FactorRow } from '../customers/customer-row.ts';
import type { Problems } from './problems.ts';

interface Factor {
  readonly status: string;
  /** What never changes. */
  readonly fixed: string;
  readonly voucher: string;
  readonly usableFrom: string | null;
  readonly timeStep: number;
  readonly failures: number;
}

interface Customer {
  readonly owner: string;
  readonly factors: ReadonlyMap<string, Factor>;
  readonly codes: readonly string[];
}

const NEXT: Readonly<Record<string, readonly string[]>> = {
  pending: ['pending', 'active', 'removed'],
  active: ['active', 'removed'],
  removed: ['removed'],
};

const factorFrom = (row: FactorRow): Factor => {
  const [id, type, label, status, seedDigest, voucher, replaces, , , usableFrom, , timeStep, failures] = row;
  const fixed = JSON.stringify([id, type, label, seedDigest, voucher, replaces]);
  return { status, fixed, voucher, usableFrom, timeStep: Number(timeStep), failures };
};

const activeIn = (factors: ReadonlyMap<string, Factor>): string[] =>
  [...factors].filter(([, { status }]) => status === 'active').map(([id]) => id);

export class FactorBooks {
  readonly #ledgerId: number;
  readonly #problems: Problems;
  readonly #customers = new Map<string, Customer>();
  #exact = true;

  constructor(ledgerId: number, problems: Problems) {
    this.#ledgerId = ledgerId;
    this.#problems = problems;
  }

  /** Takes in what the fold made of the next batch. */
  see({ rare }: Pick<BatchRows, 'rare'>): void {
    for (const row of rare.customers as unknown as readonly CustomerRow[]) {
      const [id, number, owner, codes, factors] = row;
      const now = { owner, codes, factors: new Map(factors.map((each) => [each[0], factorFrom(each)])) };
      const before = this.#customers.get(id);
      this.#customers.set(id, now);
      if (before || this.#exact) this.#continue(Number(number), before, now);
    }
  }

  /** A batch was left out: what stood before is not known any more. */
  lose(): void {
    this.#exact = false;
    this.#customers.clear();
  }

  #continue(number: number, before: Customer | undefined, now: Customer): void {
    const add = (subject: string, expected: string, found: string): void =>
      this.#problems.add({ check: 'factors', number, subject, expected, found });
    if (before && before.owner !== now.owner) add('customer', before.owner, now.owner);
    const [wereActive, areActive] = [activeIn(before?.factors ?? new Map()), activeIn(now.factors)];
    const confirmed = areActive.filter((id) => !wereActive.includes(id));
    let steps = 0;
    for (const [id, factor] of now.factors) {
      const name = `factor ${formatId('fac', this.#ledgerId, Number(id))}`;
      const was = before?.factors.get(id);
      if (!was) {
        if (factor.status !== 'pending') add(name, 'to be pending first', factor.status);
        continue;
      }
      if (!NEXT[was.status]?.includes(factor.status))
        add(name, `what may follow ${was.status}`, factor.status);
      if (was.fixed !== factor.fixed) add(name, was.fixed, factor.fixed);
      if (was.usableFrom !== null && was.usableFrom !== factor.usableFrom)
        add(`${name}: usable from`, was.usableFrom, String(factor.usableFrom));
      if (
        (factor.usableFrom === null) !==
        (factor.status === 'pending' || (was.usableFrom === null && factor.status === 'removed'))
      )
        add(`${name}: usable from`, factor.status, String(factor.usableFrom));
      if (factor.timeStep < was.timeStep)
        add(`${name}: time step`, `${was.timeStep} or later`, String(factor.timeStep));
      const used = factor.timeStep > was.timeStep;
      if (used) steps++;
      if (factor.failures !== (used ? 0 : was.failures) && (used || factor.failures !== was.failures + 1))
        add(`${name}: wrong codes`, used ? '0' : `${was.failures} or one more`, String(factor.failures));
      if (confirmed.includes(id) && factor.voucher === 'client' && wereActive.length > 0)
        add(name, 'somebody to vouch for it', factor.voucher);
      if (confirmed.includes(id) && !used) add(`${name}: time step`, 'its first code', 'none');
    }
    if (steps > 1) add('codes used', 'one', String(steps));
    const isNew = now.codes.some((code) => !before?.codes.includes(code));
    if (isNew && confirmed.length === 0)
      add('recovery codes', 'no others than before', `${now.codes.length}`);
    if (!isNew && before && now.codes.length < before.codes.length - 1 && areActive.length > 0)
      add('recovery codes', 'one less at most', `${now.codes.length} of ${before.codes.length}`);
  }
}
