/** The commands about operators that events record, as command-of-event.ts does it for all others. */
import type { Grant } from '../../identity/grant.ts';
import type { Attempt, Factors, PasswordAttempt } from '../../identity/operator.ts';
import type { FactorChange, Renewal } from '../../identity/operator-change.ts';
import { isRole } from '../../identity/role.ts';
import { parseId, parseLedgerId } from '../../kernel/id.ts';
import type { OperatorCommand } from '../operators/operator-command.ts';
import { count, flag, list, type Members, optionalText, text, unreadable } from './event-members.ts';

/** Undefined where the type is none about operators. Fails with UnreadableEvent. */
export function operatorCommandOf(
  type: string,
  ledgerId: number,
  data: Members,
): OperatorCommand | undefined {
  const operator = (): number => parseId('opr', ledgerId, text(data, 'operator')) ?? unreadable('operator');
  switch (type) {
    case 'operator.create':
      return {
        type,
        name: text(data, 'name'),
        grant: grantOf(data),
        invitationHash: text(data, 'invitation_hash'),
        expiresInSeconds: count(data, 'expires_in_seconds'),
      };
    case 'operator.enrol':
      return {
        type,
        operator: operator(),
        invitationHash: text(data, 'invitation_hash'),
        factors: factorsOf(data),
      };
    case 'operator.sign_in':
      return { type, operator: operator(), attempt: attemptOf(data) };
    case 'operator.end_session':
      return { type, operator: operator(), session: Number(text(data, 'session')) };
    case 'operator.reset':
      return {
        type,
        operator: operator(),
        invitationHash: text(data, 'invitation_hash'),
        expiresInSeconds: count(data, 'expires_in_seconds'),
      };
    case 'operator.set_password':
      return { type, operator: operator(), attempt: passwordAttemptOf(data) };
    case 'operator.renew_session':
      return { type, operator: operator(), renewal: renewalOf(data) };
    case 'operator.change_factors':
      return { type, operator: operator(), attempt: renewalOf(data), factors: changeOf(data) };
    case 'operator.grant':
      return { type, operator: operator(), grant: grantOf(data) };
    case 'operator.revoke':
      return { type, operator: operator(), ledger: ledgerOf(data) };
    case 'operator.disable':
    case 'operator.unlock':
    case 'operator.end_sessions':
      return { type, operator: operator() };
    default:
      return undefined;
  }
}

const ledgerOf = (data: Members): number | null => {
  const ledger = optionalText(data, 'ledger');
  return ledger === undefined ? null : (parseLedgerId(ledger) ?? unreadable('ledger'));
};

const grantOf = (data: Members): Grant => ({
  role: isRole(data['role']) ? data['role'] : unreadable('role'),
  ledger: ledgerOf(data),
});

const hashesOf = (data: Members): string[] =>
  list(data['recovery_hashes'], 'recovery_hashes').map((hash) =>
    typeof hash === 'string' ? hash : unreadable('recovery_hashes'),
  );

const renewalOf = (data: Members): Renewal => ({
  session: Number(text(data, 'session')),
  credential: Number(text(data, 'credential')),
  matched: flag(data, 'matched'),
  timeStep: data['time_step'] === undefined ? null : count(data, 'time_step'),
  recoveryHash: optionalText(data, 'recovery_hash') ?? null,
  tokenHash: text(data, 'token_hash'),
});

const changeOf = (data: Members): FactorChange => ({
  passwordDigest: optionalText(data, 'password_digest') ?? null,
  totp:
    data['totp_digest'] === undefined
      ? null
      : { digest: text(data, 'totp_digest'), timeStep: count(data, 'totp_time_step') },
  recoveryHashes: data['recovery_hashes'] === undefined ? null : hashesOf(data),
});

const factorsOf = (data: Members): Factors => ({
  passwordDigest: text(data, 'password_digest'),
  totpDigest: text(data, 'totp_digest'),
  recoveryHashes: hashesOf(data),
  timeStep: count(data, 'time_step'),
});

const attemptOf = (data: Members): Attempt => ({
  credential: Number(text(data, 'credential')),
  matched: flag(data, 'matched'),
  timeStep: data['time_step'] === undefined ? null : count(data, 'time_step'),
  recoveryHash: optionalText(data, 'recovery_hash') ?? null,
  tokenHash: text(data, 'token_hash'),
  sessionSeconds: count(data, 'session_seconds'),
  rehashedDigest: optionalText(data, 'rehashed_digest') ?? null,
});

const passwordAttemptOf = (data: Members): PasswordAttempt => ({
  invitationHash: text(data, 'invitation_hash'),
  credential: Number(text(data, 'credential')),
  timeStep: data['time_step'] === undefined ? null : count(data, 'time_step'),
  recoveryHash: optionalText(data, 'recovery_hash') ?? null,
  passwordDigest: text(data, 'password_digest'),
});
