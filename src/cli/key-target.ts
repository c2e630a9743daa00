/** Which log an API key belongs to: a ledger's, or the installation's own. */
import type { Engine } from '../engine/use-case.ts';
import { INSTALLATION_LEDGER } from '../kernel/id.ts';
import { UsageError } from './errors.ts';
import { ledgerOf } from './shell.ts';
import type { JsonOption } from './verb.ts';

export interface KeyTargetOptions extends JsonOption {
  readonly ledger?: string;
  readonly installation?: boolean;
}

/** Fails with UsageError unless exactly one is named. */
export async function keyLog(engine: Engine, options: KeyTargetOptions): Promise<number> {
  const { ledger, installation } = oneTarget(options);
  if (installation || ledger === undefined) return INSTALLATION_LEDGER;
  return (await ledgerOf(engine, ledger)).ledger_id;
}

export function oneTarget(options: KeyTargetOptions): KeyTargetOptions {
  if ((options.ledger === undefined) !== (options.installation === true))
    throw new UsageError('name either --ledger <ledger> or --installation');
  return options;
}
