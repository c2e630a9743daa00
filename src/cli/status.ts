/** `bahi status`: how far each log is signed, and what keeps anybody from posting to it. */
import type { Command } from 'commander';
import { unsignedReason } from '../engine/audit/log-watch.ts';
import { AuditStore, type LogStatus } from '../engine/audit/store.ts';
import { formatMicros } from '../kernel/clock.ts';
import { formatLedgerId } from '../kernel/id.ts';
import { grouped, print, printJson, table } from './output.ts';
import { readConfig, withRuntime } from './shell.ts';
import { type JsonOption, verb } from './verb.ts';

const MICROS = 1_000_000;

export function addStatus(program: Command): void {
  verb(program, 'status', 'tell how far each log is signed, and whether it takes postings', 'status').action(
    async ({ json }: JsonOption) => {
      const { checkpointLagSeconds: lagMax } = readConfig();
      const logs = await withRuntime('status', ({ sql }) => new AuditStore(sql).status(true));
      if (json) return printJson({ data: logs.map((log) => view(log, lagMax)) });
      const rows = logs.map((log) => [
        log.name,
        grouped(log.events),
        grouped(log.signed),
        log.signedAt === null ? 'never' : formatMicros(log.signedAt),
        `${Math.round(log.lagMicros / MICROS)} s`,
        unsignedReason(log, lagMax) ?? 'takes postings',
      ]);
      return print(
        table(['log', 'events', 'signed', 'signed at', 'behind', 'standing'], rows, [
          'left',
          'right',
          'right',
          'left',
          'right',
        ]),
      );
    },
  );
}

const view = (log: LogStatus, lagMax: number) => ({
  id: formatLedgerId(log.ledgerId),
  name: log.name,
  events: String(log.events),
  signed: String(log.signed),
  signed_at: log.signedAt === null ? null : formatMicros(log.signedAt),
  behind_seconds: Math.round(log.lagMicros / MICROS),
  halted: unsignedReason(log, lagMax) ?? null,
});
