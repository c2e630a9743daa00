/**
 * `bahi audit key|rotate-key|retire-key`: the keys that sign the logs. A rotation is an event of the installation's log, whose
 * checkpoints both keys sign until the older one is retired: whoever trusts the older one learns the next from it.
 */
import type { Command } from 'commander';
import { logKeyText, logOrigin } from '../audit/log-note.ts';
import { type OpenSigning, openSigning } from '../engine/audit/job.ts';
import { submitOnce } from '../engine/submit-once.ts';
import { INSTALLATION_LEDGER } from '../kernel/id.ts';
import type { Runtime } from '../runtime.ts';
import { LOG_OPTION, type LogOption, logOf } from './audit-log.ts';
import { UsageError, VerbFailed } from './errors.ts';
import { print, printJson } from './output.ts';
import { callerAt, type Shell, withRuntime } from './shell.ts';
import { type JsonOption, verb } from './verb.ts';

export function addLogKeyVerbs(audit: Command, shell: Shell): void {
  addKey(audit);
  addRotate(audit, shell);
  addRetire(audit, shell);
}

function withKeys<T>(
  name: string,
  run: (keys: OpenSigning['keys'], runtime: Runtime) => Promise<T>,
): Promise<T> {
  return withRuntime(name, async (runtime) => {
    const { keys, end } = openSigning(runtime.signing);
    try {
      // The first one is made where there is none.
      await keys.signers();
      return await run(keys, runtime);
    } finally {
      await end();
    }
  });
}

function addKey(audit: Command): void {
  verb(
    audit,
    'key',
    'print the keys that check the checkpoints of a log',
    'audit key --ledger mumbai > mumbai.pub',
  )
    .option(...LOG_OPTION)
    .action(async ({ ledger, json }: LogOption) => {
      const keys = await withKeys('audit key', async ({ store }, runtime) => {
        const origin = logOrigin(runtime.linkKey.installation, await logOf(runtime, ledger));
        return (await store.keys()).map(({ number, publicKey, retired }) => ({
          number,
          key: logKeyText(origin, publicKey),
          retired,
        }));
      });
      if (json) return printJson({ keys });
      return print(keys.flatMap(({ key, retired }) => (retired ? [] : [`${key}\n`])).join(''));
    });
}

function addRotate(audit: Command, shell: Shell): void {
  verb(audit, 'rotate-key', 'add the next key that signs the logs', 'audit rotate-key').action(
    async ({ json }: JsonOption) => {
      const keys = await withKeys('audit rotate-key', async (open, { engine }) => {
        const added = await open.rotate((from, to) =>
          submitOnce(engine, callerAt(shell, INSTALLATION_LEDGER), {
            type: 'log_key.rotate',
            from: from.toString('base64'),
            to: to.toString('base64'),
          }),
        );
        if (!added)
          throw new VerbFailed('log_key_taken', 'another key was added at this moment: see bahi audit key');
        return (await open.store.keys()).filter(({ retired }) => !retired);
      });
      const numbers = keys.map(({ number }) => number);
      if (json) return printJson({ signing: numbers });
      return print(`Keys ${numbers.join(' and ')} sign each checkpoint from now on.
Give verifiers the new one (bahi audit key --ledger NAME), then: bahi audit retire-key ${numbers[0]}
`);
    },
  );
}

function addRetire(audit: Command, shell: Shell): void {
  verb(
    audit,
    'retire-key <number>',
    'have a key sign no more checkpoints; what it signed still holds',
    'audit retire-key 1',
  ).action(async (number: string, { json }: JsonOption) => {
    await withKeys('audit retire-key', async ({ store }, { engine }) => {
      const rows = await store.keys();
      const row = rows.find((each) => String(each.number) === number);
      if (!row) throw new UsageError(`there is no key ${number}: see bahi audit key --json`);
      if (row.retired) throw new VerbFailed('log_key_retired', `key ${number} is retired already`);
      if (rows.every(({ number: other, retired }) => retired || other === row.number))
        throw new VerbFailed(
          'log_key_needed',
          `key ${number} is the only one that signs: run bahi audit rotate-key first`,
        );
      await submitOnce(engine, callerAt(shell, INSTALLATION_LEDGER), {
        type: 'log_key.retire',
        key: row.publicKey.toString('base64'),
      });
      await store.retireKey(row.number);
    });
    if (json) return printJson({ retired: Number(number) });
    return print(`Key ${number} signs no more. What it signed still holds under it.\n`);
  });
}
