/**
 * Scripts about scheduled transfers on the three accounts of the scripts about holds: executions early, in time and late,
 * twice, of what was canceled, of what is something else; with payments between that take the money away.
 */
import fc from 'fast-check';
import type { Actor, Command, CreateTransfer } from '../../src/engine/command.ts';
import { formatId } from '../../src/kernel/id.ts';
import { groupsOf, SHELL, type Step } from './arbitrary-commands.ts';
import { leg, opening } from './arbitrary-holds.ts';

/** Behind the four keys of the prelude. */
const FIRST = 5;
const SECONDS = [10, 20];
const ENGINE: Actor = { name: 'engine', client: 'engine', apiKey: undefined };

export function scheduleScript(ledgerId: number, at: number, length: number): fc.Arbitrary<Step[]> {
  const transfer = fc
    .array(leg, { minLength: 1, maxLength: 2 })
    .map((legs): CreateTransfer => ({ type: 'transfer.create', legs }));
  const times = fc.constantFrom(-1, 0, ...SECONDS, 30, 40_000_000).map((seconds) => at + seconds * 1_000_000);
  const scheduled = fc
    .tuple(transfer, times)
    .map(([asked, scheduledFor]): CreateTransfer => ({ ...asked, scheduledFor }));
  const number = fc.integer({
    min: FIRST + opening.length - 1,
    max: FIRST + opening.length + Math.floor(length / 3),
  });
  const actor = fc.oneof(
    fc.constant(SHELL),
    fc
      .constantFrom(1, 2)
      .map((apiKey) => ({ name: formatId('key', ledgerId, apiKey), client: 'bank', apiKey })),
  );
  const later = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.constantFrom(1, ...SECONDS));
  const key = fc.integer({ min: 0, max: length * 6 }).map((n) => `k${n}`);
  const update = fc.record({
    type: fc.constant('account.update' as const),
    currency: fc.constant('INR'),
    account: fc.integer({ min: FIRST, max: FIRST + 2 }),
    change: fc.record({ debitsFrozen: fc.boolean(), closed: fc.boolean() }, { requiredKeys: [] }),
  });
  // So few that an execution often meets the schedule that it is of.
  return fc.tuple(scheduled, scheduled).chain((pool) => {
    const asked = fc.constantFrom(...pool);
    const execute: fc.Arbitrary<Command> = fc.record({
      type: fc.constant('transfer.execute' as const),
      schedule: number,
      transfer: asked,
    });
    const cancel = fc.record({ type: fc.constant('transfer.cancel' as const), schedule: number });
    const clients = fc.oneof(
      { weight: 8, arbitrary: asked },
      { weight: 3, arbitrary: transfer },
      { weight: 2, arbitrary: cancel },
      { weight: 1, arbitrary: update },
    );
    const step = (who: fc.Arbitrary<Actor>, name: fc.Arbitrary<string>, command: fc.Arbitrary<Command>) =>
      fc.tuple(who, name, command, later).map(
        ([by, called, what, seconds]): Step => ({
          actor: by,
          atomic: false,
          intents: [{ key: called, command: what }],
          ...(seconds === 0 ? {} : { later: seconds }),
        }),
      );
    const steps = fc.oneof(
      step(actor, key, clients),
      step(fc.constant(ENGINE), fc.constant('execution'), execute),
      groupsOf(actor, key, fc.oneof(asked, transfer)),
    );
    return fc
      .array(steps, { minLength: 1, maxLength: length, size: 'max' })
      .map((all) => [...opening, ...all]);
  });
}
