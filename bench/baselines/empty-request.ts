/**
 * Calibration: what Hono on Node makes of this machine when it does nothing. The same generator sends the very bytes of a
 * single transfer, and a bare application answers without looking at them. Machines differ by a factor of three in
 * this, so a figure over HTTP tells about the product only beside it (report/by-empty.ts).
 */
import { join } from 'node:path';
import { measuredOf } from '../http/measured.ts';
import { runLoad } from '../http/run-load.ts';
import { startServer } from '../http/server.ts';
import { EMPTY_MANY, EMPTY_ONE } from '../report/by-empty.ts';
import type { Workload } from '../workload.ts';

const EMPTY_SERVER = new URL('empty-server.ts', import.meta.url).pathname;
/** As long as a real one, so that the requests are, too. */
const TOKEN = `bahi_live_${'0'.repeat(40)}`;

const emptyRequests = (name: string, connections: number, what: string): Workload => ({
  name,
  level: 'baseline',
  what,
  async run({ dataDir }, { accounts, seconds }) {
    const logFile = join(dataDir, 'empty.log');
    const server = await startServer({ main: EMPTY_SERVER, environment: {}, logFile });
    const { url } = server;
    const report = await runLoad({ url, token: TOKEN, accounts, connections, seconds, warmup: seconds });
    const memoryBytesMax = await server.memoryBytesMax();
    await server.stop();
    return { ...measuredOf(report), ...(memoryBytesMax === undefined ? {} : { memoryBytesMax }) };
  },
});

export const emptyRequestWorkloads: readonly Workload[] = [
  emptyRequests(EMPTY_ONE, 1, 'a bare Hono on Node answers a constant to each request, over one connection'),
  emptyRequests(EMPTY_MANY, 256, 'as before, over 256 connections'),
];
