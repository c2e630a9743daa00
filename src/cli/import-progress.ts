/** Progress of an import on standard error: a bar on a terminal, a line every few seconds elsewhere, nothing with --json. */
import cliProgress from 'cli-progress';
import type { ImportPhase, OnProgress } from '../engine/imports/passes.ts';
import { grouped } from './output.ts';

export interface Progress {
  readonly onProgress: OnProgress;
  end(): void;
}

const LINE_EVERY_MS = 3000;
const TITLES: Readonly<Record<ImportPhase, string>> = {
  check: 'checking  ',
  accounts: 'accounts  ',
  openings: 'openings  ',
  payments: 'payments  ',
};

export function importProgress(silent: boolean): Progress {
  if (silent) return { onProgress: () => {}, end: () => {} };
  return process.stderr.isTTY ? progressBar() : progressLines();
}

function progressBar(): Progress {
  const bar = new cliProgress.MultiBar(
    { format: '{title} {bar} {percentage}% {value}/{total}', stream: process.stderr, hideCursor: true },
    cliProgress.Presets.shades_classic,
  );
  const bars = new Map<ImportPhase, cliProgress.SingleBar>();
  return {
    onProgress(phase, done, total) {
      const title = TITLES[phase];
      const own = bars.get(phase) ?? bar.create(total, 0, { title });
      bars.set(phase, own);
      own.update(done, { title });
    },
    end: () => bar.stop(),
  };
}

function progressLines(): Progress {
  let last = performance.now();
  return {
    onProgress(phase, done, total) {
      if (performance.now() - last < LINE_EVERY_MS) return;
      last = performance.now();
      process.stderr.write(`${TITLES[phase]} ${grouped(done)} of ${grouped(total)}\n`);
    },
    end: () => {},
  };
}
