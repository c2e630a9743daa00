/**
 * Scripts about four eyes: policies, what they keep waiting, approvals and rejections by whoever may and whoever may not, in time
 * and late, by the right hash and another one. Which event is a proposal no generator knows: a model goes along and tells.
 */
import fc from 'fast-check';
import type { Actor, Command, LegRequest } from '../../src/engine/command.ts';
import type { PolicyRule } from '../../src/identity/four-eyes.ts';
import { defined } from '../../src/kernel/assert.ts';
import { formatId } from '../../src/kernel/id.ts';
import { shellActor } from '../../src/shell-actor.ts';
import { SHELL } from './arbitrary-commands.ts';
import { ModelLedger } from './model-ledger.ts';
import type { Intent, Step } from './step.ts';

/** Behind the four keys of the prelude: two accounts. */
const FIRST = 5;
const EXPIRY = 60;

interface Move {
  readonly actor: Actor;
  readonly key: string;
  readonly later: number;
  /** A command, or which of the proposals so far is decided. */
  readonly what:
    | { readonly command: Command }
    | { readonly decide: 'approve' | 'reject'; readonly which: number; readonly isRightHash: boolean };
}

/** `before` are the steps that come first in every script. */
export function proposalScript(
  ledgerId: number,
  at: number,
  before: readonly Step[],
  length: number,
): fc.Arbitrary<Step[]> {
  const holder = (client: string, apiKey: number): Actor => ({
    name: formatId('key', ledgerId, apiKey),
    client,
    apiKey,
  });
  const actor = fc.constantFrom(
    SHELL,
    shellActor('asha'),
    shellActor('ravi'),
    holder('bank', 1),
    holder('bank', 2),
    holder('other', 3),
    holder('other', 3),
  );
  const leg: fc.Arbitrary<LegRequest> = fc.record({
    debit: fc.constantFrom('p', 'q'),
    credit: fc.constantFrom('p', 'q', 'nobody'),
    amount: fc.constantFrom(40n, 60n, 101n),
    currency: fc.constantFrom('INR', 'INR', 'INR', 'USD'),
  });
  const legs = fc.array(leg, { minLength: 1, maxLength: 2 });
  const rules: fc.Arbitrary<PolicyRule[]> = fc.subarray<PolicyRule>([
    { action: 'adjustment' },
    { action: 'bounds' },
    { action: 'unfreeze' },
    { action: 'transfer', above: { currency: 'INR', amount: 100n } },
  ]);
  const command: fc.Arbitrary<Command> = fc.oneof(
    {
      weight: 3,
      arbitrary: legs.map((all) => ({ type: 'transfer.adjust' as const, legs: all, reason: 'fix' })),
    },
    { weight: 3, arbitrary: legs.map((all) => ({ type: 'transfer.create' as const, legs: all })) },
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant('account.update' as const),
        currency: fc.constant('INR'),
        account: fc.integer({ min: FIRST, max: FIRST + 2 }),
        change: fc.record(
          { debitsFrozen: fc.boolean(), closed: fc.boolean(), floor: fc.constantFrom(0n, -100n) },
          { requiredKeys: [] },
        ),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(2, 3).map((apiKey) => ({ type: 'key.revoke' as const, apiKey })),
    },
    {
      weight: 1,
      arbitrary: rules.map((all) => ({ type: 'policy.set' as const, rules: all, expirySeconds: EXPIRY })),
    },
  );
  const move: fc.Arbitrary<Move> = fc.record({
    actor,
    key: fc.integer({ min: 0, max: length * 4 }).map((n) => `k${n}`),
    later: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.constantFrom(20, EXPIRY)),
    what: fc.oneof(
      { weight: 3, arbitrary: command.map((one) => ({ command: one })) },
      {
        weight: 4,
        arbitrary: fc.record({
          decide: fc.constantFrom('approve', 'approve', 'approve', 'reject'),
          which: fc.nat(9),
          isRightHash: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, fc.constant(false)),
        }),
      },
    ),
  });
  const settings = { ceiling: null, debitsFrozen: false, creditsFrozen: false, closed: false };
  const opening: Step[] = [
    ...['p', 'q'].map(
      (code): Command => ({
        type: 'account.create',
        code,
        kind: 'liability',
        currency: 'INR',
        owner: null,
        settings: { ...settings, floor: code === 'p' ? null : 0n },
      }),
    ),
    { type: 'policy.set' as const, rules: [{ action: 'adjustment' as const }], expirySeconds: EXPIRY },
  ].map((one, i) => ({ actor: SHELL, atomic: false, intents: [{ key: `opening-${i}`, command: one }] }));
  return fc.array(move, { minLength: 1, maxLength: length, size: 'max' }).map((moves) => {
    const model = new ModelLedger((number) => formatId('acc', ledgerId, number));
    let now = at;
    for (const step of [...before, ...opening]) model.perform(step, now);
    const steps = moves.map(({ actor: by, key, later, what }): Step => {
      now += later * 1_000_000;
      const intent = intentOf(model, key, what);
      const step = { actor: by, atomic: false, intents: [intent], ...(later === 0 ? {} : { later }) };
      model.perform(step, now);
      return step;
    });
    return [...opening, ...steps];
  });
}

/** Where nothing is proposed yet, something that never was is decided. */
function intentOf(model: ModelLedger, key: string, what: Move['what']): Intent {
  if ('command' in what) return { key, command: what.command };
  const all = [...model.proposals.values()];
  const found = all[what.which % Math.max(1, all.length)];
  const proposal = found?.number ?? 1;
  if (what.decide === 'reject') return { key, command: { type: 'proposal.reject', proposal } };
  const none: Command = { type: 'policy.set', rules: [], expirySeconds: EXPIRY };
  const command = found ? defined(found.command, 'what is proposed') : none;
  return { key, command, approves: { proposal, isRightHash: what.isRightHash } };
}
