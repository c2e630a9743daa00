/**
 * Folding of four eyes: the policy, proposals, and what a second person makes of them (identity/four-eyes.ts). An approval is
 * one event: the command that was proposed, folded with the proposer's rights and recorded in the checker's name.
 */

import { isUsable } from '../identity/api-key.ts';
import {
  type FourEyesAction,
  isOwn,
  obstacleTo,
  type ProposalState,
  type ProposalStatus,
  type Side,
} from '../identity/four-eyes.ts';
import { assert, defined } from '../kernel/assert.ts';
import { canonicalJson } from '../kernel/canonical-json.ts';
import { formatMicros } from '../kernel/clock.ts';
import type { FailureCode } from '../kernel/failure.ts';
import { formatId } from '../kernel/id.ts';
import { type Actor, changesAmounts, fingerprintOf, type Item, payloadOf } from './command.ts';
import type { Decision, FoldContext } from './fold.ts';
import { changeAsked } from './fold-pool.ts';
import { requestedData } from './fold-transfer.ts';
import { type Proposable, proposable } from './proposals/four-eyes-actions.ts';
import { policyJson, type RejectProposal, type SetPolicy } from './proposals/proposal-command.ts';
import { decisionRow, policyRow, proposalRow } from './proposals/proposal-row.ts';
import { settingsJson } from './settings-json.ts';
import { hasScope } from './state.ts';

const MICROS = 1_000_000;

/** In place of being carried out: what nobody could carry out as this proposer is not proposed. */
export function propose(
  { state, rows, at }: FoldContext,
  number: number,
  { command, actor, fingerprint }: Item,
  action: FourEyesAction,
): Decision | FailureCode {
  const asked = proposable(command);
  if (asked.type === 'transfer.adjust' && !hasScope(state, actor, 'transfers:adjust')) return 'forbidden';
  if (asked.type === 'account.update' && !state.accounts.has(asked.account)) return 'not_found';
  if (asked.type === 'pool.update' && !hasScope(state, actor, 'accounts:unrestricted')) return 'forbidden';
  if (asked.type === 'pool.update' && !state.pools.has(asked.pool)) return 'not_found';
  const { expirySeconds } = defined(state.policy, 'the policy that names the action');
  const proposal: ProposalState = {
    id: number,
    action,
    proposer: { name: actor.name, client: actor.client, apiKey: actor.apiKey },
    expiresAt: at + expirySeconds * MICROS,
    hash: fingerprint,
    status: 'proposed',
    changed: number,
    passedBy: number,
  };
  state.proposals.set(number, proposal);
  rows.rare.proposals.push(proposalRow(state, proposal));
  return {
    outcome: 'proposed',
    code: '',
    type: 'proposal.create',
    data:
      `{"action":"${action}","command":${askedData(state, asked)},"expires_at":"${formatMicros(proposal.expiresAt)}"` +
      `,"hash":"${fingerprint}","operation":"${asked.type}"}`,
  };
}

/** Canonical JSON that the command can be read from again (verify/command-of-event.ts). */
function askedData(state: FoldContext['state'], command: Proposable): string {
  switch (command.type) {
    case 'transfer.create':
    case 'transfer.adjust':
      return requestedData(state, command);
    case 'account.update':
      return canonicalJson({
        account: formatId('acc', state.ledgerId, command.account),
        change: settingsJson(command.change, command.currency),
        ...(changesAmounts(command) ? { currency: command.currency } : {}),
      });
    case 'pool.update':
      return canonicalJson(changeAsked(state.ledgerId, command));
    case 'policy.set':
      return payloadOf(command);
  }
}

/** `decide` carries out the command for whoever is named. Nothing is recorded where this is no approval. */
export function foldApproval(
  context: FoldContext,
  number: number,
  item: Item,
  decide: (item: Item) => Decision | FailureCode,
): Decision | FailureCode {
  const { state, at } = context;
  const found = decidable(context, item);
  if (typeof found === 'string') return found;
  const { proposer } = found;
  if (isOwn(sideOf(context, proposer), sideOf(context, item.actor))) return 'own_proposal';
  const why = obstacleTo(found, at);
  if (why) return why;
  if (item.fingerprint !== found.hash) return 'proposal_hash_mismatch';
  assert(fingerprintOf(state.ledgerId, item.command) === found.hash, 'what is approved is what was proposed');
  const apiKey = proposer.apiKey === undefined ? undefined : state.apiKeys.get(proposer.apiKey);
  if (proposer.apiKey !== undefined && !(apiKey && isUsable(apiKey, at))) return 'proposer_not_active';
  const decision = decide({ ...item, actor: proposer });
  if (typeof decision === 'string') return decision;
  end(context, found, decision.code === '' ? 'executed' : 'execution_refused', number, item.actor);
  return { ...decision, proposal: found.id };
}

export function foldRejection(
  context: FoldContext,
  number: number,
  item: Item,
  command: RejectProposal,
): Decision | FailureCode {
  const { state, at } = context;
  const found = decidable(context, item);
  if (typeof found === 'string') return found;
  const why = obstacleTo(found, at);
  if (why) return why;
  end(context, found, 'rejected', number, item.actor);
  const data = canonicalJson({ proposal: formatId('prp', state.ledgerId, command.proposal) });
  return { outcome: 'done', code: '', data };
}

/** Holds from this event on. */
export function foldPolicy({ state, rows }: FoldContext, number: number, command: SetPolicy): Decision {
  const { rules, expirySeconds } = command;
  state.policy = rules.length === 0 ? undefined : { rules, expirySeconds };
  rows.rare.policies.push(policyRow(state, command, number));
  return { outcome: 'done', code: '', data: canonicalJson(policyJson(command)) };
}

function decidable({ state }: FoldContext, { actor, decides }: Item): ProposalState | FailureCode {
  if (!hasScope(state, actor, 'proposals:approve')) return 'forbidden';
  return state.proposals.get(defined(decides, 'the proposal that is decided')) ?? 'not_found';
}

const sideOf = ({ state }: FoldContext, { name, client, apiKey }: Actor): Side => ({
  name,
  client,
  keyMaker: apiKey === undefined ? undefined : state.apiKeys.get(apiKey)?.madeBy,
});

function end(
  { state, rows }: FoldContext,
  proposal: ProposalState,
  status: ProposalStatus,
  number: number,
  checker: Actor,
): void {
  proposal.status = status;
  proposal.changed = number;
  rows.rare.proposal_decisions.push(decisionRow(state, proposal, number, checker));
}
