/**
 * Commands about the factors of customers, decided by the fold of their ledger (fold-factor.ts). What they carry stands in
 * their events, so it holds no secret: digests of what is sealed, hashes of long random codes, and time steps.
 */
import type { Confirmation, Enrolment, Proof } from '../../identity/factor.ts';
import type { Json } from '../../kernel/canonical-json.ts';
import { formatId } from '../../kernel/id.ts';

export interface EnrolFactor {
  readonly type: 'factor.enrol';
  /** The random UUID that owns the accounts. */
  readonly customer: string;
  readonly enrolment: Enrolment;
}

export interface ConfirmFactor {
  readonly type: 'factor.confirm';
  readonly customer: string;
  readonly confirmation: Confirmation;
}

export interface RemoveFactor {
  readonly type: 'factor.remove';
  readonly customer: string;
  readonly factor: number;
  /** That a code of this very factor matched; null: none. */
  readonly timeStep: number | null;
}

export type FactorCommand = EnrolFactor | ConfirmFactor | RemoveFactor;

/** Ids of the path. */
export function factorPath(ledgerId: number, command: FactorCommand): string[] {
  const factor = factorNumber(command);
  return [command.customer, ...(factor === undefined ? [] : [formatId('fac', ledgerId, factor)])];
}

export function factorNumber(command: FactorCommand): number | undefined {
  if (command.type === 'factor.enrol') return undefined;
  return command.type === 'factor.confirm' ? command.confirmation.factor : command.factor;
}

const stepJson = (timeStep: number | null): Record<string, Json> =>
  timeStep === null ? {} : { time_step: timeStep };

/** What is asked for. Whom and which factor it is about stands in the path; `name` writes the number of another factor. */
export function factorPayload(
  command: FactorCommand,
  name: (factor: number) => string,
): Record<string, Json> {
  switch (command.type) {
    case 'factor.enrol': {
      const { label, seedDigest, confirmWithinSeconds, proof } = command.enrolment;
      return {
        type: 'totp',
        ...(label === null ? {} : { label }),
        seed_digest: seedDigest,
        confirm_within_seconds: confirmWithinSeconds,
        ...(proof ? proofJson(proof, name) : {}),
      };
    }
    case 'factor.confirm': {
      const { timeStep, recoveryHashes, waitSeconds } = command.confirmation;
      return { ...stepJson(timeStep), recovery_hashes: recoveryHashes, wait_seconds: waitSeconds };
    }
    case 'factor.remove':
      return stepJson(command.timeStep);
  }
}

const proofJson = (proof: Proof, name: (factor: number) => string): Record<string, Json> =>
  proof.by === 'recovery'
    ? { recovery_hash: proof.recoveryHash }
    : {
        vouched_by: {
          factor: name(proof.factor),
          ...stepJson(proof.timeStep),
          ...(proof.replace ? { replace: true } : {}),
        },
      };
