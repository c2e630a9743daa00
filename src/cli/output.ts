/**
 * Where a verb writes: results on standard output, everything else on standard error. With --json standard output
 * gets exactly one document. Nothing here is ever written after an exit: each write waits until it is handed over.
 */
import { VerbFailed } from './errors.ts';

/** A reader that has gone away wants no more; a closed stream has told its error before. */
export const isReaderGone = ({ code }: NodeJS.ErrnoException): boolean =>
  code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED';

export const outputFailed = ({ code, message }: NodeJS.ErrnoException): VerbFailed =>
  new VerbFailed('output_unwritable', `standard output cannot be written (${code ?? message})`);

/** Fails with VerbFailed, such as on a full disk. */
export const print = (text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error && !isReaderGone(error)) reject(outputFailed(error));
      else resolve();
    });
  });
export const printJson = (value: unknown): Promise<void> => print(`${JSON.stringify(value, null, 2)}\n`);
/** Never fails: there is nowhere left to say it. */
export const note = (text: string): Promise<void> =>
  new Promise((resolve) => {
    process.stderr.write(text, () => resolve());
  });

export type Align = 'left' | 'right';

/** Columns as wide as their widest cell; numbers are best on the right. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  align: readonly Align[] = [],
): string {
  const widths = head.map((title, column) =>
    rows.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), title.length),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        align[column] === 'right' ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return `${[head, ...rows].map(line).join('\n')}\n`;
}

/** A count for people: 44,932. */
export const grouped = (n: number): string => n.toLocaleString('en-US');
