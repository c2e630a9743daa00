/**
 * Which commands an action of the policy takes in: one row each, and here alone. A new action is a row here and a name in
 * RULE_ACTIONS (identity/four-eyes.ts); where its command is one that no proposal has held so far, also how `askedData`
 * (fold-proposal.ts) writes it.
 */
import type { FourEyesAction, Policy, PolicyRule, RuleAction } from '../../identity/four-eyes.ts';
import { assert } from '../../kernel/assert.ts';
import type { AdjustTransfer, Command, CreateTransfer, UpdateAccount } from '../command.ts';
import type { UpdatePool } from '../pool-command.ts';
import type { SetPolicy } from './proposal-command.ts';

/** What may be proposed. */
export type Proposable = AdjustTransfer | CreateTransfer | UpdateAccount | UpdatePool | SetPolicy;

const TAKES_IN: Readonly<Record<RuleAction, (command: Command, rule: PolicyRule) => boolean>> = {
  /** A correction by hand. */
  adjustment: ({ type }) => type === 'transfer.adjust',
  /** What an account may fall or rise to, and how much may go through it alone or through its pools. */
  bounds: (command) =>
    command.type === 'pool.update' ||
    (command.type === 'account.update' &&
      ['floor', 'ceiling', 'limits', 'overCaptureBps', 'stepUpAbove'].some((name) => name in command.change)),
  /** Lets money move again: a freeze is lifted, an account reopened. */
  unfreeze: (command) =>
    command.type === 'account.update' &&
    (command.change.debitsFrozen === false ||
      command.change.creditsFrozen === false ||
      command.change.closed === false),
  /** A transfer, held and scheduled ones included, whose legs in the currency come to more. */
  transfer: (command, { above }) => {
    if (command.type !== 'transfer.create' || !above) return false;
    let sum = 0n;
    for (const { amount, currency } of command.legs) if (currency === above.currency) sum += amount;
    return sum > above.amount;
  },
};

/** The action for which a command needs a second person; undefined: it needs none. Who changes a policy needs one. */
export function needsFourEyes({ rules }: Policy, command: Command): FourEyesAction | undefined {
  if (command.type === 'policy.set') return 'policy';
  return rules.find((rule) => TAKES_IN[rule.action](command, rule))?.action;
}

/** Fails with InvariantViolation: what an action takes in may be proposed. */
export function proposable(command: Command): Proposable {
  assert(
    command.type === 'transfer.adjust' ||
      command.type === 'transfer.create' ||
      command.type === 'account.update' ||
      command.type === 'pool.update' ||
      command.type === 'policy.set',
    'what an action of the policy takes in may be proposed',
  );
  return command;
}
