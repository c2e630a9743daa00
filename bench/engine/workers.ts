/** Forks workers, starts them together and waits for what they measured. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { BenchLedger } from '../workload.ts';
import type { Done, Job } from './worker.ts';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));

export interface Assignment {
  readonly ledger: BenchLedger;
  readonly job: Omit<Job, 'ledgerId'>;
}

const running = new Set<ChildProcess>();

/** For a run that is broken off. */
export function endWorkers(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** All begin at the same moment, after every one of them has warmed up. Fails when one does. */
export async function runWorkers(assignments: readonly Assignment[]): Promise<Done[]> {
  const children = assignments.map(({ ledger, job }) => {
    const child = fork(WORKER, { env: ledger.environment, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    running.add(child);
    child.send({ ...job, ledgerId: ledger.ledgerId } satisfies Job);
    return child;
  });
  try {
    await Promise.all(children.map((child) => message(child)));
    const done = children.map((child) => message(child) as Promise<Done>);
    for (const child of children) child.send('go');
    return await Promise.all(done);
  } finally {
    await Promise.all(children.map(ended));
    for (const child of children) running.delete(child);
  }
}

async function message(child: ChildProcess): Promise<unknown> {
  const failed = new AbortController();
  const exit = once(child, 'exit', { signal: failed.signal }).then(([code]) => {
    throw new Error(`a worker ended with ${code} before it was done`);
  });
  try {
    const [said] = (await Promise.race([once(child, 'message', { signal: failed.signal }), exit])) as [
      unknown,
    ];
    return said;
  } finally {
    exit.catch(() => {});
    failed.abort();
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  if (child.connected) child.kill();
  await exit;
}
