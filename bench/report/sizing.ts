/** What a day of so many transfers a second takes on disk, computed from the bytes that the run measured. */
import { bytes, figure } from './numbers.ts';
import type { Result } from './results.ts';

const SECONDS_A_DAY = 86_400;
const RATES = [10, 100, 1_000, 5_000];
/** Cores that one ledger keeps busy: a process that folds and a backend that appends. */
const CORES_A_LEDGER = 2;

/** Empty where the run lacks what it needs. */
export function sizing(results: readonly Result[]): string {
  const uniform = results.find(({ name }) => name === 'engine/uniform');
  const disk = uniform?.more['diskBytesPerTransfer'];
  const wal = uniform?.more['walBytesPerTransfer'];
  if (uniform === undefined || disk === undefined || wal === undefined) return '';
  const days = [...RATES, uniform.median].map((rate) => {
    const perDay = rate * SECONDS_A_DAY;
    return `| ${figure(rate)} | ${figure(perDay / 1e6)} million | ${bytes(perDay * disk)} | ${bytes(perDay * wal)} |`;
  });
  const cores = [1, 2, 4].map(
    (ledgers) =>
      `| ${ledgers * CORES_A_LEDGER} | ${ledgers} | ${figure(uniform.median * ledgers)} | ${ledgers === 1 ? 'measured' : 'computed'} |`,
  );
  return `## Sizing

A transfer of one leg takes ${figure(disk)} bytes of disk (rows and indexes) and ${figure(wal)} bytes of write-ahead log.

| transfers a second, all day | a day | disk a day | write-ahead log a day |
|---|---|---|---|
${days.join('\n')}

One ledger is one serial log: it keeps ${CORES_A_LEDGER} cores busy, and more cores serve more ledgers beside each other.

| cores | ledgers | transfers a second, all together, clients on the same cores | |
|---|---|---|---|
${cores.join('\n')}
`;
}
