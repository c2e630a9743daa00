/**
 * Makes the newest checkpoints of ledgers events of the installation's log, once a minute: whoever keeps its checkpoints holds all
 * ledgers to theirs. The process that signs does so; another signer records the same again under the same names, which is nothing.
 */
import { formatLedgerId, INSTALLATION_LEDGER } from '../../kernel/id.ts';
import { makeItem } from '../command.ts';
import { ENGINE, type Sweeper, type SweeperDeps, startSweeper } from '../sweeper.ts';
import { PATIENCE_MS } from '../use-case.ts';
import type { SignedLog } from './signing.ts';

const INTERVAL_MS = 60_000;
/** Of one call: what the queue takes beside all others. */
const AT_ONCE = 500;

export interface CheckpointRecorderDeps extends Pick<SweeperDeps, 'newRequestId' | 'log'> {
  readonly engine: Pick<SweeperDeps['engine'], 'posters'>;
  readonly signing: {
    takeSigned(): readonly SignedLog[];
    giveBack(signed: readonly SignedLog[]): void;
  };
}

/** Fails with FailureError, DatabaseFault: then they are recorded the next time. */
export async function recordCheckpoints(deps: CheckpointRecorderDeps): Promise<void> {
  const { engine, newRequestId, signing } = deps;
  const signed = signing.takeSigned();
  try {
    for (let at = 0; at < signed.length; at += AT_ONCE) {
      const items = signed.slice(at, at + AT_ONCE).map(({ ledgerId, size, root }) => {
        const ledger = formatLedgerId(ledgerId);
        const command = { type: 'log.checkpoint', ledger, size, root: root.toString('base64') } as const;
        return makeItem(INSTALLATION_LEDGER, command, ENGINE, `checkpoint:${ledger}:${size}`, newRequestId());
      });
      await Promise.all(engine.posters.submit(INSTALLATION_LEDGER, items, PATIENCE_MS));
    }
  } catch (cause) {
    signing.giveBack(signed);
    throw cause;
  }
}

export function startCheckpointRecorder(deps: CheckpointRecorderDeps): Sweeper {
  return startSweeper('checkpoints of ledgers could not be recorded', deps, recordCheckpoints, INTERVAL_MS);
}
