/** The second factor as requests bring it: a code of the authenticator app, or a recovery code in its place. */
import { z } from 'zod';
import { recoveryHash } from '../../identity/recovery-code.ts';
import type { Engine } from '../use-case.ts';
import { TOTP_SEED } from './desk.ts';
import type { FoundOperator } from './store.ts';
import { operatorId } from './submit.ts';

export const secondFactor = {
  code: z.string().max(16).optional().meta({ description: 'Six digits of the authenticator app.' }),
  recovery_code: z.string().max(64).optional().meta({ description: 'In place of the code, once.' }),
};

export interface SecondFactor {
  readonly code?: string | undefined;
  readonly recovery_code?: string | undefined;
}

/** Exactly one of them. */
export const isOneFactor = ({ code, recovery_code }: SecondFactor): boolean =>
  (code === undefined) !== (recovery_code === undefined);

export const ONE_FACTOR = { error: 'send either code or recovery_code', path: ['code'] };

export interface ShownFactor {
  /** Time step of the code, null where it is none of now or a recovery code takes its place. */
  readonly timeStep: number | null;
  readonly recoveryHash: string | null;
}

/** Verified as far as that can be done outside the fold. Fails with an Error where the seed was put into another row. */
export async function shownFactor(
  { clock, operators: { machine } }: Pick<Engine, 'clock' | 'operators'>,
  { state, totp }: Pick<FoundOperator, 'state'> & { readonly totp: Buffer },
  { code, recovery_code }: SecondFactor,
): Promise<ShownFactor> {
  const seed = machine.open(TOTP_SEED(operatorId(state.id)), totp);
  const step = code === undefined ? undefined : await machine.totpStep(seed, code, clock.nowMicros());
  return {
    timeStep: step ?? null,
    recoveryHash: recovery_code === undefined ? null : recoveryHash(recovery_code),
  };
}
