/**
 * The log of the server, on standard error: one line of JSON each, in order.
 *
 * A write(2) for each request took a tenth of the server's time. So lines below `warn` are gathered until the event loop has
 * gone round once and are written together, after the answers that they tell of; anything worse is written at once
 * with all before it, and so is what is left at an orderly end or an uncaught error. A process that is killed
 * (SIGKILL) loses the lines of the round it was in. They are for operators: what was posted stands in the ledger.
 */
import { destination, type Logger, pino } from 'pino';

const WARN = 40;
/** Characters gathered at most. */
const GATHERED_MAX = 65_536;

/** What a line is written to; nothing is left with it when `write` returns. */
export interface LogOutput {
  write(text: string): unknown;
}

export function createLog(level: string, output: LogOutput = destination({ dest: 2, sync: true })): Logger {
  let gathered = '';
  const flush = (): void => {
    if (gathered === '') return;
    const text = gathered;
    gathered = '';
    output.write(text);
  };
  const stream = {
    /** Asks pino for `lastLevel`. */
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    write(line: string): void {
      if (gathered === '') setImmediate(flush);
      gathered += line;
      if (stream.lastLevel >= WARN || gathered.length >= GATHERED_MAX) flush();
    },
  };
  process.on('exit', flush);
  return pino({ level, base: null }, stream);
}
