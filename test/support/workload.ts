/**
 * A ledger with something of everything: two currencies, several legs, atomic groups, refusals, replays, keys, frozen
 * accounts, references and metadata. Random under a seed, so that a failure can be run again.
 */
import type { TestEngine } from './engine.ts';

/** Mulberry32: small, and good enough to choose with. */
function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const OWNER = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';
const CUSTOMERS = 6;

/** Answers nothing: whoever wants to know looks into the ledger. */
export async function runWorkload(test: TestEngine, seed: number, rounds: number): Promise<void> {
  const random = randomOf(seed);
  const pick = <T>(values: readonly T[]): T => values[random(values.length)] as T;
  const currencies = ['INR', 'KWD'] as const;
  for (const currency of currencies) {
    await test.run('account.create', { code: `bank-${currency}`, kind: 'asset', currency });
    await test.run('account.create', { code: `fees-${currency}`, kind: 'income', currency, ceiling: '900' });
    for (let i = 0; i < CUSTOMERS; i++) {
      const code = `customer-${currency}-${i}`;
      await test.run('account.create', { code, kind: 'liability', currency, owner: OWNER });
      const legs = [{ debit: `bank-${currency}`, credit: code, amount: '200', currency }];
      await test.run('transfer.create', { legs });
    }
  }
  await test.run('account.create', { kind: 'equity', currency: 'INR' });
  await test.run('account.create', { code: 'bank-INR', kind: 'asset', currency: 'INR' });
  const app = await test.client('app', ['transfers:write']);
  const other = await test.client('other', ['transfers:write', 'transfers:unrestricted']);
  const actors = [test.shell, app, other];

  const account = (currency: string): string =>
    pick(['bank', 'bank', 'bank', 'fees', 'nowhere', ...Array.from({ length: 8 }, (_, i) => `customer${i}`)])
      .replace(/^(bank|fees)$/, `$1-${currency}`)
      .replace(/^customer(\d)$/, (_, i) => `customer-${currency}-${Number(i) % CUSTOMERS}`);
  const leg = (currency: string) => ({
    debit: account(currency),
    credit: account(currency),
    amount: `${random(90) + 1}.${random(90) + 10}`,
    currency,
  });
  const transfer = (round: number) => ({
    legs: Array.from({ length: 1 + random(3) }, () => leg(pick(currencies))),
    ...(random(2) === 0 ? { reference: `order-${round % 7}` } : {}),
    ...(random(3) === 0 ? { metadata: { zone: `z${random(3)}`, area: `a${random(3)}` } } : {}),
  });
  for (let round = 0; round < rounds; round++) {
    const options = { key: `round-${round}`, actor: pick(actors) };
    const request = transfer(round);
    if (round % 5 === 0) {
      const transfers = Array.from({ length: 3 }, (_, i) => ({
        ...transfer(round),
        idempotency_key: `group-${round}-${i}`,
      }));
      await test.run('transfer.batch', { transfers, atomic: true }, { actor: pick([test.shell, other]) });
    } else await test.run('transfer.create', request, options);
    if (round % 7 === 1) await test.run('transfer.create', request, options);
    if (round % 9 === 0) {
      const change = { debits_frozen: round % 2 === 0, credits_frozen: random(4) === 0 };
      await test.run('account.update', { id: `customer-INR-${random(CUSTOMERS)}`, ...change });
    }
    if (round % 9 === 4) await test.run('account.update', { id: 'bank-KWD', closed: true });
  }
  await test.run('key.revoke', { id: other.name });
}
