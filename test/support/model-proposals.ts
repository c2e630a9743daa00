/** Four eyes in the model ledger: what a policy keeps waiting, who may decide, and what became of it. */
import type { Actor, Command } from '../../src/engine/command.ts';
import type { PolicyRule } from '../../src/identity/four-eyes.ts';
import type { Recorded, Unrecorded } from './model-outcomes.ts';
import type { Intent } from './step.ts';

const MICROS = 1_000_000;

export interface ModelProposal {
  readonly number: number;
  readonly by: Actor;
  readonly command: Command;
  readonly ends: number;
  state: 'waits' | 'done' | 'rejected';
}

/** What a decision asks of the ledger around it. */
export interface ModelWorld {
  readonly may: (actor: Actor, scope: string) => boolean;
  readonly hasStanding: (actor: Actor, now: number) => boolean;
  /** Who made an API key. */
  readonly makerOf: (apiKey: number | undefined) => string | undefined;
  readonly hasAccount: (number: number) => boolean;
  readonly hasPool: (number: number) => boolean;
  readonly carryOut: (actor: Actor, command: Command, number: number, now: number) => Recorded | Unrecorded;
}

export class ModelProposals extends Map<number, ModelProposal> {
  #rules: readonly PolicyRule[] = [];
  #seconds = 0;

  set rules({ rules, expirySeconds }: { rules: readonly PolicyRule[]; expirySeconds: number }) {
    this.#rules = rules;
    this.#seconds = expirySeconds;
  }

  /** Whether a second person is needed for it. */
  keeps(command: Command): boolean {
    return this.#rules.some((rule) => {
      if (command.type === 'policy.set') return true;
      if (rule.action === 'adjustment') return command.type === 'transfer.adjust';
      if (rule.action === 'transfer') {
        if (command.type !== 'transfer.create') return false;
        const { currency, amount } = rule.above ?? { currency: '', amount: 0n };
        const of = command.legs.filter((leg) => leg.currency === currency);
        return of.reduce((sum, leg) => sum + leg.amount, 0n) > amount;
      }
      if (command.type === 'pool.update') return rule.action === 'bounds';
      if (command.type !== 'account.update') return false;
      const { floor, ceiling, limits, overCaptureBps, stepUpAbove, debitsFrozen, creditsFrozen, closed } =
        command.change;
      return rule.action === 'bounds'
        ? [floor, ceiling, limits, overCaptureBps, stepUpAbove].some((one) => one !== undefined)
        : [debitsFrozen, creditsFrozen, closed].includes(false);
    });
  }

  /** What becomes of an approval, and of what waits for one; undefined: it is neither. */
  decide(
    actor: Actor,
    { command, approves }: Intent,
    number: number,
    now: number,
    world: ModelWorld,
  ): Recorded | Unrecorded | undefined {
    if (approves) return this.#approve(actor, approves, number, now, world);
    if (!this.keeps(command)) return undefined;
    if (command.type === 'transfer.adjust' && !world.may(actor, 'transfers:adjust')) return 'forbidden';
    if (command.type === 'account.update' && !world.hasAccount(command.account)) return 'not_found';
    if (command.type === 'pool.update' && !world.may(actor, 'accounts:unrestricted')) return 'forbidden';
    if (command.type === 'pool.update' && !world.hasPool(command.pool)) return 'not_found';
    const ends = now + this.#seconds * MICROS;
    this.set(number, { number, by: actor, command, ends, state: 'waits' });
    return { code: '', proposed: true };
  }

  reject(proposal: number, actor: Actor, now: number, { may }: ModelWorld): Recorded | Unrecorded {
    if (!may(actor, 'proposals:approve')) return 'forbidden';
    const found = this.get(proposal);
    if (!found) return 'not_found';
    const why = this.#against(found, actor, now, undefined);
    if (!why) found.state = 'rejected';
    return why ?? { code: '' };
  }

  #approve(
    checker: Actor,
    { proposal, isRightHash }: NonNullable<Intent['approves']>,
    number: number,
    now: number,
    { may, hasStanding, makerOf, carryOut }: ModelWorld,
  ): Recorded | Unrecorded {
    if (!may(checker, 'proposals:approve')) return 'forbidden';
    const found = this.get(proposal);
    if (!found) return 'not_found';
    const why = this.#against(found, checker, now, { isRightHash, makerOf });
    if (why) return why;
    if (!hasStanding(found.by, now)) return 'proposer_not_active';
    const outcome = carryOut(found.by, found.command, number, now);
    if (typeof outcome !== 'string') found.state = 'done';
    return outcome;
  }

  /** What stands against deciding it, in the words of the ledger. */
  #against(
    proposal: ModelProposal,
    checker: Actor,
    now: number,
    approval: { readonly isRightHash: boolean; readonly makerOf: ModelWorld['makerOf'] } | undefined,
  ): 'own_proposal' | 'proposal_decided' | 'proposal_expired' | 'proposal_hash_mismatch' | undefined {
    const { by, ends, state } = proposal;
    if (approval) {
      const { makerOf } = approval;
      const madeOneAnother = makerOf(checker.apiKey) === by.name || makerOf(by.apiKey) === checker.name;
      const together = by.client === checker.client && by.apiKey !== undefined;
      if (by.name === checker.name || together || madeOneAnother) return 'own_proposal';
    }
    if (state !== 'waits') return 'proposal_decided';
    if (now >= ends) return 'proposal_expired';
    return approval && !approval.isRightHash ? 'proposal_hash_mismatch' : undefined;
  }
}
