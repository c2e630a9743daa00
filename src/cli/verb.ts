/** How a verb is declared: each has a sentence, an example in its help, and --json. */
import type { Command } from 'commander';

export function verb(parent: Command, usage: string, summary: string, example: string): Command {
  return parent
    .command(usage)
    .summary(summary)
    .description(summary)
    .option('--json', 'print one JSON document')
    .addHelpText('after', `\nExample:\n  npm run -s bahi -- ${example}`);
}

/** For options that may be given several times, or once with commas. */
export const listed = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...value.split(',').filter((part) => part !== ''),
];

export interface JsonOption {
  readonly json?: boolean;
}

export interface LedgerOption extends JsonOption {
  readonly ledger: string;
}

export const LEDGER_OPTION = ['--ledger <ledger>', 'the ledger, by name or id'] as const;
