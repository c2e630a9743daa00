/**
 * Scripts about pools: those about limits of accounts, with pools that come, change and go on between the steps: of the owner of
 * `b` and `c`, of accounts that are listed, and with accounts of the owner that are opened later.
 */
import fc from 'fast-check';
import type { Actor, Command } from '../../src/engine/command.ts';
import { formatId } from '../../src/kernel/id.ts';
import { SHELL, type Step } from './arbitrary-commands.ts';
import { leg, OWNER } from './arbitrary-holds.ts';
import { limitScript, limits } from './arbitrary-limits.ts';

const FIRST_ACCOUNT = 5;
/** The three accounts and what they are given. */
const OPENING = 4;
/** Code of the account that the owner opens later, which transfers name before and after it is there. */
const LATE = 'late';

export function poolScript(ledgerId: number, length: number): fc.Arbitrary<Step[]> {
  const accounts = fc
    .uniqueArray(fc.integer({ min: 0, max: 2 }), { maxLength: 3 })
    .map((all) => all.sort().map((n) => formatId('acc', ledgerId, FIRST_ACCOUNT + n)));
  const create: fc.Arbitrary<Command> = fc
    .record({
      type: fc.constant('pool.create' as const),
      name: fc.constantFrom('p', 'q', 'r', 's', 't', 'u'),
      currency: fc.constantFrom('INR', 'INR', 'INR', 'INR', 'USD'),
      owner: fc.constantFrom(null, OWNER),
      accounts,
      limits,
    })
    .map((command) => (command.owner === null ? command : { ...command, accounts: [] }));
  const open: fc.Arbitrary<Command> = fc.constantFrom('INR', 'INR', 'USD').map((currency) => ({
    type: 'account.create',
    code: LATE,
    kind: 'liability',
    currency,
    owner: OWNER,
    settings: { floor: 0n, ceiling: null, debitsFrozen: false, creditsFrozen: false, closed: false },
  }));
  const actor: fc.Arbitrary<Actor> = fc.oneof(
    { weight: 4, arbitrary: fc.constant(SHELL) },
    fc
      .constantFrom(1, 2)
      .map((apiKey) => ({ name: formatId('key', ledgerId, apiKey), client: 'bank', apiKey })),
  );
  const place = fc.nat({ max: 24 });
  const creation = fc.record({ actor, command: create, place });
  const opening = fc.record({ actor: fc.constant(SHELL), command: open, place });
  const lateLeg = fc
    .tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean(), fc.bigInt({ min: 1n, max: 30n }))
    .map(([other, pays, amount]) => ({
      debit: pays ? LATE : other,
      credit: pays ? other : LATE,
      amount,
      currency: 'INR',
    }));
  const late = fc.record({
    place,
    legs: fc.array(fc.oneof({ weight: 3, arbitrary: lateLeg }, { weight: 1, arbitrary: leg }), {
      minLength: 1,
      maxLength: 3,
    }),
  });
  const update = fc.record({
    place,
    actor,
    /** Which of the pools that are created before it. */
    of: fc.nat({ max: 3 }),
    change: fc.record({ add: accounts, remove: accounts, limits }, { requiredKeys: [] }),
  });
  return fc
    .tuple(
      limitScript(ledgerId, length),
      fc.array(fc.oneof({ weight: 4, arbitrary: creation }, { weight: 2, arbitrary: opening }), {
        minLength: 2,
        maxLength: 8,
        size: 'max',
      }),
      fc.array(update, { maxLength: 5, size: 'max' }),
      fc.array(late, { maxLength: 5, size: 'max' }),
    )
    .map(([steps, made, updates, lateTransfers]) => {
      const first = FIRST_ACCOUNT + OPENING;
      const step = (key: string, who: Actor, command: Command): Step => ({
        actor: who,
        atomic: false,
        intents: [{ key, command }],
      });
      // One pool first, so that updates find some: numbers of events are only known up to here.
      const early = made.slice(0, 3).map((one, i) => step(`pool-${i}`, one.actor, one.command));
      const all = [...steps.slice(0, OPENING), ...early, ...steps.slice(OPENING)];
      for (const [i, one] of made.slice(3).entries())
        all.splice(first + one.place, 0, step(`later-pool-${i}`, one.actor, one.command));
      for (const [i, { place: at, actor: who, of, change }] of updates.entries()) {
        const target = early[of % early.length]?.intents[0]?.command;
        const isOwners = target?.type === 'pool.create' && target.owner !== null;
        const { add, remove, ...rest } = change;
        const listed = isOwners
          ? rest
          : {
              ...rest,
              ...(add ? { add } : {}),
              ...(remove ? { remove: remove.filter((one) => !add?.includes(one)) } : {}),
            };
        all.splice(
          first + at,
          0,
          step(`pool-update-${i}`, who, {
            type: 'pool.update',
            pool: first + (of % early.length),
            currency: target?.type === 'pool.create' ? target.currency : 'INR',
            ...listed,
          }),
        );
      }
      for (const [i, { place: at, legs }] of lateTransfers.entries())
        all.splice(first + at, 0, step(`late-${i}`, SHELL, { type: 'transfer.create', legs }));
      return all;
    });
}
