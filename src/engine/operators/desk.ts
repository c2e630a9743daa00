/** What use cases about operators need beside the engine: the machine's part of it is handed in by the entry points. */
import { FailureError } from '../../kernel/failure.ts';
import type { OperatorStore } from './store.ts';

export interface OperatorDesk {
  readonly store: OperatorStore;
  readonly machine: IdentityMachine;
}

type SealContext = readonly [table: string, column: string, row: string];

/** Passwords, codes and seals, as src/platform does them. */
export interface IdentityMachine {
  /** Nobody else could have a password hashed now. */
  isBusy(): boolean;
  /** Both fail with `overloaded` when too many wait. */
  hashPassword(password: string): Promise<string>;
  /** Without a hash the same work is done, in vain. */
  verifyPassword(
    hash: string | undefined,
    password: string,
  ): Promise<{ readonly matches: boolean; readonly weak: boolean }>;
  /** In lower case. */
  isCommonPassword(password: string): boolean;
  newTotpSecret(): string;
  totpUri(name: string, secret: string): string;
  /** The time step whose code this is; undefined: none near this moment. */
  totpStep(secret: string, code: string, nowMicros: number): Promise<number | undefined>;
  seal(context: SealContext, text: string): Buffer;
  /** Fails with an Error where it was sealed for another place or was changed. */
  open(context: SealContext, sealed: Buffer): string;
  wait(ms: number): Promise<void>;
}

export const PASSWORD = (operator: string): SealContext => ['operator', 'password', operator];
export const TOTP_SEED = (operator: string): SealContext => ['operator', 'totp', operator];
/** A seed on its way through an enrolment; it is stored nowhere. */
export const NEW_SEED = (operator: string): SealContext => ['operator', 'enrolment', operator];

/** Whoever does not fit into the line for a password hash. */
export const hashingOverloaded = (): FailureError =>
  new FailureError('overloaded', 'Too many sign-ins are waiting.');
