/**
 * `bahi migrate`: brings the schema to this version. The embedded database is migrated at every opening anyway; one
 * behind DATABASE_URL only by its owner, named in DATABASE_OWNER_URL.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { ConfigError } from './errors.ts';
import { print, printJson } from './output.ts';
import { readConfig, withRuntime } from './shell.ts';
import { type JsonOption, verb } from './verb.ts';

interface Options extends JsonOption {
  readonly writeSchema?: boolean;
}

const SCHEMA_FILE = fileURLToPath(new URL('../../sql/schema.sql', import.meta.url));

export function addMigrate(program: Command): void {
  verb(program, 'migrate', 'bring the database to this version of the schema', 'migrate')
    .option('--write-schema', 'also write sql/schema.sql from the catalog')
    .action(async ({ json, writeSchema }: Options) => {
      const { database, ownerDatabase } = readConfig();
      if (database && !ownerDatabase)
        throw new ConfigError(
          'migrate needs DATABASE_OWNER_URL: the role of DATABASE_URL may not own the tables',
        );
      const applied = await withRuntime('migrate', async (runtime) => {
        if (writeSchema) {
          const { dumpSchema } = await import('../db/schema-dump.ts');
          await writeFile(SCHEMA_FILE, await dumpSchema(runtime.sql));
        }
        return runtime.applied;
      });
      if (json) return printJson({ applied, schema_file: writeSchema ? SCHEMA_FILE : null });
      const done = applied.length === 0 ? 'The schema is up to date.' : `Applied ${applied.join(', ')}.`;
      return print(`${done}\n${writeSchema ? `Wrote ${SCHEMA_FILE}\n` : ''}`);
    });
}
