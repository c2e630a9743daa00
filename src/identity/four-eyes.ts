/**
 * Four eyes: an action that the policy of a ledger names is recorded as a proposal, and done when a second person approves it.
 *
 *   proposed  -approve->  executed | execution_refused
 *   proposed  -reject->   rejected
 *
 * Every other transition changes nothing (`obstacleTo`): what is decided is decided once, and nothing is decided from `expiresAt`
 * on. An approval names the hash of what was proposed, does exactly that by the rules and the state of its own moment, with the
 * rights that the proposer has then: a key that is revoked or has ended meanwhile gets nothing done any more. Whoever approves is
 * neither the proposer nor somebody whom the proposer made, nor who made the proposer (`isOwn`); to reject, anybody who may
 * approve is enough, the proposer included.
 */

export const PROPOSAL_STATUSES = ['proposed', 'executed', 'execution_refused', 'rejected'] as const;
export type ProposalStatus = (typeof PROPOSAL_STATUSES)[number];

/** What a policy may name; what each takes in, and what every policy takes in, says engine/proposals/four-eyes-actions.ts. */
export const RULE_ACTIONS = ['adjustment', 'bounds', 'unfreeze', 'transfer'] as const;
export type RuleAction = (typeof RULE_ACTIONS)[number];
export type FourEyesAction = RuleAction | 'policy';

export const EXPIRY_SECONDS_MIN = 60;
export const EXPIRY_SECONDS_DEFAULT = 24 * 3600;
export const EXPIRY_SECONDS_MAX = 7 * 24 * 3600;

export interface PolicyRule {
  readonly action: RuleAction;
  /** Of transfers: only those that debit more than this in this currency, minor units. */
  readonly above?: { readonly currency: string; readonly amount: bigint };
}

export interface Policy {
  readonly rules: readonly PolicyRule[];
  /** How long a proposal waits. */
  readonly expirySeconds: number;
}

/** Who proposed, as its event says. */
export interface Proposer {
  readonly name: string;
  readonly client: string;
  /** Number of the API key; undefined at the shell. */
  readonly apiKey: number | undefined;
}

/** In memory: mutated in place by the fold, as schedules are. */
export interface ProposalState {
  /** Number of the event that proposed it. */
  readonly id: number;
  readonly action: FourEyesAction;
  readonly proposer: Proposer;
  /** Microseconds since 1970. */
  readonly expiresAt: number;
  /** SHA-256 of what is proposed: operation, path and payload. */
  readonly hash: string;
  status: ProposalStatus;
  /** Number of the newest event that changed it. */
  changed: number;
  /** `changed` when it came or eviction last passed it by. */
  passedBy: number;
}

/** Why nothing can be decided about it any more. */
export function obstacleTo(
  { status, expiresAt }: Pick<ProposalState, 'status' | 'expiresAt'>,
  at: number,
): 'proposal_decided' | 'proposal_expired' | undefined {
  if (status !== 'proposed') return 'proposal_decided';
  return at >= expiresAt ? 'proposal_expired' : undefined;
}

/** Client of everybody at the shell, who are told apart by name. */
const SHELL_CLIENT = 'shell';

/** A side of the four eyes: who acts, and who made the API key that it acts with. */
export interface Side {
  readonly name: string;
  readonly client: string;
  readonly keyMaker: string | undefined;
}

/** True where the two sides are one person, as far as the ledger can tell. */
export const isOwn = (proposer: Side, checker: Side): boolean =>
  checker.name === proposer.name ||
  (checker.client === proposer.client && checker.client !== SHELL_CLIENT) ||
  checker.keyMaker === proposer.name ||
  proposer.keyMaker === checker.name;
