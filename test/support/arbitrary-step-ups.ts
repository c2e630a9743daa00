/**
 * Scripts about second factors for transfers: three accounts, of which two ask for one above so much, of one customer or of two, a
 * factor that has waited, limits that come and go, and payments, holds, captures and authorisations with codes right, wrong and used.
 */
import fc from 'fast-check';
import type { Authorization } from '../../src/engine/authorization.ts';
import type { Command, CreateTransfer } from '../../src/engine/command.ts';
import { groupsOf, SHELL, type Step } from './arbitrary-commands.ts';
import { leg, OWNER, opening } from './arbitrary-holds.ts';

/** Behind the four keys of the prelude. */
const FIRST_ACCOUNT = 5;
const OTHER = '0c9d2e5f-1a7b-4c3d-8e6f-5a4b3c2d1e0f';
const WAIT_SECONDS = 3600;
/** Short beside it: a script gets past it. */
const CAP_WAIT_SECONDS = 60;

const only = (key: string, command: Command, later?: number): Step => ({
  actor: SHELL,
  atomic: false,
  intents: [{ key, command }],
  ...(later === undefined ? {} : { later }),
});

/** The accounts of holds, of which the last is another customer's. */
const ofTwo: readonly Step[] = opening.map((step) => ({
  ...step,
  intents: step.intents.map(({ key, command }) => ({
    key,
    command:
      command.type === 'account.create' && command.code === 'c' ? { ...command, owner: OTHER } : command,
  })),
}));

export function stepUpScript(length: number): fc.Arbitrary<Step[]> {
  const first = FIRST_ACCOUNT + opening.length;
  const ask = (account: number, stepUpAbove: bigint | null): Command => ({
    type: 'account.update',
    account,
    currency: 'INR',
    change: { stepUpAbove },
    waitSeconds: CAP_WAIT_SECONDS,
  });
  const given: Step[] = [
    only('ask-b', ask(FIRST_ACCOUNT + 1, 10n)),
    only('ask-c', ask(FIRST_ACCOUNT + 2, 0n)),
    only('enrol', {
      type: 'factor.enrol',
      customer: OWNER,
      enrolment: { label: null, seedDigest: '5'.repeat(64), confirmWithinSeconds: 900, proof: undefined },
    }),
    only('confirm', {
      type: 'factor.confirm',
      customer: OWNER,
      confirmation: { factor: first + 2, timeStep: 1, recoveryHashes: ['r'], waitSeconds: WAIT_SECONDS },
    }),
  ];
  const transfer: fc.Arbitrary<CreateTransfer> = fc.record(
    {
      type: fc.constant('transfer.create' as const),
      legs: fc.array(leg, { minLength: 1, maxLength: 2 }),
      holdSeconds: fc.constantFrom(10, 900),
    },
    { requiredKeys: ['type', 'legs'] },
  );
  const hold = fc.integer({ min: first + 4, max: first + 4 + Math.floor(length / 2) });
  const authorization: fc.Arbitrary<Authorization> = fc.record({
    customer: fc.constant(OWNER),
    factor: fc.constantFrom(first + 2, first + 2, first + 2, first + 3),
    timeStep: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 12 }) }, fc.constant(null)),
    firstFactor: fc.constant({ method: 'pin' as const, at: 1_800_000_000_000_000 }),
  });
  const capture: fc.Arbitrary<Command> = fc.record(
    { type: fc.constant('transfer.capture' as const), hold, final: fc.boolean(), authorization },
    { requiredKeys: ['type', 'hold', 'final'] },
  );
  const release = fc.record({ type: fc.constant('transfer.void' as const), hold });
  const change = fc
    .tuple(fc.integer({ min: FIRST_ACCOUNT, max: FIRST_ACCOUNT + 2 }), fc.constantFrom(null, 0n, 5n, 20n))
    .map(([account, above]) => ask(account, above));
  const limit: fc.Arbitrary<Command> = fc
    .tuple(
      fc.integer({ min: FIRST_ACCOUNT + 1, max: FIRST_ACCOUNT + 2 }),
      fc.constantFrom(null, 1n, 40n, 90n),
    )
    .map(([account, amount]) => ({
      type: 'account.update',
      account,
      currency: 'INR',
      waitSeconds: CAP_WAIT_SECONDS,
      change: {
        limits:
          amount === null
            ? []
            : [
                {
                  name: 'daily',
                  direction: 'outgoing' as const,
                  window: 'day' as const,
                  amount,
                  count: null,
                },
              ],
      },
    }));
  const customer = fc.constantFrom(OWNER, OWNER, OTHER);
  const proof = fc.option(
    fc.record({ factor: fc.constant(first + 2), timeStep: fc.option(fc.integer({ min: 1, max: 12 })) }),
    { nil: undefined },
  );
  const stop: fc.Arbitrary<Command> = fc.record({ type: fc.constant('customer.stop' as const), customer });
  const resume: fc.Arbitrary<Command> = fc.record({
    type: fc.constant('customer.resume' as const),
    customer,
    resumption: fc.record({ proof, waitSeconds: fc.constant(CAP_WAIT_SECONDS) }),
  });
  const key = fc.integer({ min: 0, max: length * 4 }).map((n) => `k${n}`);
  const later = fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, fc.constantFrom(10, 60, 299, 300));
  const command = fc.oneof(
    { weight: 6, arbitrary: transfer },
    { weight: 8, arbitrary: capture },
    { weight: 1, arbitrary: release },
    { weight: 1, arbitrary: change },
    { weight: 1, arbitrary: limit },
    { weight: 1, arbitrary: stop },
    { weight: 2, arbitrary: resume },
  );
  const step = fc.tuple(key, command, later).map(([name, asked, seconds]) => only(name, asked, seconds));
  const steps = fc.oneof({ weight: 8, arbitrary: step }, groupsOf(fc.constant(SHELL), key, transfer));
  return fc
    .tuple(
      fc.constantFrom(opening, ofTwo),
      fc.constantFrom(WAIT_SECONDS - 1, WAIT_SECONDS, WAIT_SECONDS),
      fc.array(steps, { minLength: 1, maxLength: length, size: 'max' }),
    )
    .map(([accounts, waited, [next, ...rest]]) => [
      ...accounts,
      ...given,
      { ...(next as Step), later: waited },
      ...rest,
    ]);
}
