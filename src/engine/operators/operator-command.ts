/**
 * Commands about operators: items of the installation's log, decided by its fold (fold-operator.ts). What they carry stands
 * in their events, so it holds no secret: hashes of long random tokens, and digests of what is sealed.
 */

import type { Grant } from '../../identity/grant.ts';
import type { Attempt, Factors, PasswordAttempt } from '../../identity/operator.ts';
import type { FactorChange, Renewal } from '../../identity/operator-change.ts';
import type { Json } from '../../kernel/canonical-json.ts';
import { formatLedgerId } from '../../kernel/id.ts';

export interface CreateOperator {
  readonly type: 'operator.create';
  readonly name: string;
  readonly grant: Grant;
  readonly invitationHash: string;
  readonly expiresInSeconds: number;
}

export interface EnrolOperator {
  readonly type: 'operator.enrol';
  readonly operator: number;
  readonly invitationHash: string;
  readonly factors: Factors;
}

/** Recorded whatever comes of it. */
export interface SignInOperator {
  readonly type: 'operator.sign_in';
  readonly operator: number;
  readonly attempt: Attempt;
}

export interface EndSession {
  readonly type: 'operator.end_session';
  readonly operator: number;
  readonly session: number;
}

/** At the shell of the machine: a token to choose a new password with, beside the second factor. */
export interface ResetPassword {
  readonly type: 'operator.reset';
  readonly operator: number;
  readonly invitationHash: string;
  readonly expiresInSeconds: number;
}

/** Recorded whatever comes of it. */
export interface SetPassword {
  readonly type: 'operator.set_password';
  readonly operator: number;
  readonly attempt: PasswordAttempt;
}

export interface ChangeOperator {
  readonly type: 'operator.disable' | 'operator.unlock' | 'operator.end_sessions';
  readonly operator: number;
}

export interface GrantRole {
  readonly type: 'operator.grant';
  readonly operator: number;
  /** Takes the place of the role that was there. */
  readonly grant: Grant;
}

export interface RevokeRole {
  readonly type: 'operator.revoke';
  readonly operator: number;
  /** Null: the role for the installation. */
  readonly ledger: number | null;
}

/** A session under a new token. Recorded whatever comes of it. */
export interface RenewSession {
  readonly type: 'operator.renew_session';
  readonly operator: number;
  readonly renewal: Renewal;
}

/** By the operator, with both of the old ones. Recorded whatever comes of it. */
export interface ChangeFactors {
  readonly type: 'operator.change_factors';
  readonly operator: number;
  readonly attempt: Renewal;
  readonly factors: FactorChange;
}

export type AboutOperator =
  | EnrolOperator
  | SignInOperator
  | EndSession
  | ResetPassword
  | SetPassword
  | RenewSession
  | ChangeFactors
  | GrantRole
  | RevokeRole
  | ChangeOperator;
export type OperatorCommand = CreateOperator | AboutOperator;

/** What is asked for. Who it is about stands in the path. */
export function operatorPayload(command: OperatorCommand): Record<string, Json> {
  switch (command.type) {
    case 'operator.create':
      return {
        name: command.name,
        ...grantJson(command.grant),
        invitation_hash: command.invitationHash,
        expires_in_seconds: command.expiresInSeconds,
      };
    case 'operator.enrol': {
      const { passwordDigest, totpDigest, recoveryHashes, timeStep } = command.factors;
      return {
        invitation_hash: command.invitationHash,
        password_digest: passwordDigest,
        totp_digest: totpDigest,
        recovery_hashes: recoveryHashes,
        time_step: timeStep,
      };
    }
    case 'operator.sign_in': {
      const { credential, matched, timeStep, recoveryHash, tokenHash, sessionSeconds, rehashedDigest } =
        command.attempt;
      return {
        credential: String(credential),
        matched,
        ...(timeStep === null ? {} : { time_step: timeStep }),
        ...(recoveryHash === null ? {} : { recovery_hash: recoveryHash }),
        token_hash: tokenHash,
        session_seconds: sessionSeconds,
        ...(rehashedDigest === null ? {} : { rehashed_digest: rehashedDigest }),
      };
    }
    case 'operator.end_session':
      return { session: String(command.session) };
    case 'operator.reset':
      return { invitation_hash: command.invitationHash, expires_in_seconds: command.expiresInSeconds };
    case 'operator.set_password': {
      const { credential, timeStep, recoveryHash, invitationHash, passwordDigest } = command.attempt;
      return {
        invitation_hash: invitationHash,
        credential: String(credential),
        ...(timeStep === null ? {} : { time_step: timeStep }),
        ...(recoveryHash === null ? {} : { recovery_hash: recoveryHash }),
        password_digest: passwordDigest,
      };
    }
    case 'operator.renew_session':
      return renewalJson(command.renewal);
    case 'operator.change_factors': {
      const { passwordDigest, totp, recoveryHashes } = command.factors;
      return {
        ...renewalJson(command.attempt),
        ...(passwordDigest === null ? {} : { password_digest: passwordDigest }),
        ...(totp === null ? {} : { totp_digest: totp.digest, totp_time_step: totp.timeStep }),
        ...(recoveryHashes === null ? {} : { recovery_hashes: recoveryHashes }),
      };
    }
    case 'operator.grant':
      return grantJson(command.grant);
    case 'operator.revoke':
      return ledgerJson(command.ledger);
    case 'operator.disable':
    case 'operator.unlock':
    case 'operator.end_sessions':
      return {};
  }
}

/** What is for the installation names no ledger. */
const ledgerJson = (ledger: number | null): Record<string, Json> =>
  ledger === null ? {} : { ledger: formatLedgerId(ledger) };

const grantJson = ({ role, ledger }: Grant): Record<string, Json> => ({ role, ...ledgerJson(ledger) });

const renewalJson = (renewal: Renewal): Record<string, Json> => ({
  session: String(renewal.session),
  credential: String(renewal.credential),
  matched: renewal.matched,
  ...(renewal.timeStep === null ? {} : { time_step: renewal.timeStep }),
  ...(renewal.recoveryHash === null ? {} : { recovery_hash: renewal.recoveryHash }),
  token_hash: renewal.tokenHash,
});
