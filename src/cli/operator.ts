/** `bahi operator create|list|grant|revoke|reset|disable|unlock`: who of the staff may sign in. */
import type { Command } from 'commander';
import { disableOperator, unlockOperator } from '../engine/operators/change-operator.ts';
import { createOperator } from '../engine/operators/create-operator.ts';
import { grantRole, revokeRole } from '../engine/operators/grant-role.ts';
import { listOperators } from '../engine/operators/list-operators.ts';
import { resetOperator } from '../engine/operators/reset-password.ts';
import type { UseCase } from '../engine/use-case.ts';
import { ROLES } from '../identity/role.ts';
import { INSTALLATION_LEDGER } from '../kernel/id.ts';
import { print, printJson, table } from './output.ts';
import { callerAt, runUseCase, type Shell, withRuntime } from './shell.ts';
import { type JsonOption, verb } from './verb.ts';

interface Grant {
  readonly role: string;
  readonly ledger: string | null;
}

interface CreateOptions extends JsonOption {
  readonly role: string;
  readonly ledger?: string;
}

interface GrantOptions extends JsonOption {
  readonly role?: string;
  readonly ledger?: string;
}

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly grants: readonly Grant[];
  readonly status: string;
  readonly locked: boolean;
}

const LEDGER = ['--ledger <ledger>', 'for this ledger alone, by name or id'] as const;
const OF_LEDGER = { role: '--role', ledger: '--ledger' };

/** As `auditor` for the installation and `auditor@ldg_…` for a ledger. */
const rolesText = (grants: unknown): string =>
  (grants as readonly Grant[])
    .map(({ role, ledger }) => (ledger === null ? role : `${role}@${ledger}`))
    .join(', ') || 'none';

export function addOperatorVerbs(program: Command, shell: Shell): void {
  const operator = program
    .command('operator')
    .description('invite, list, grant, revoke, reset, disable and unlock operators');
  addCreate(operator, shell);
  addList(operator, shell);
  addGrant(operator, shell);
  addRevoke(operator, shell);
  addReset(operator, shell);
  addChange(operator, shell, 'disable', 'disable an operator and end its sessions', disableOperator);
  addChange(operator, shell, 'unlock', 'give a locked operator its attempts back', unlockOperator);
}

function addCreate(parent: Command, shell: Shell): void {
  const example = 'operator create asha --role admin';
  verb(parent, 'create <name>', 'invite an operator; the invitation is shown this once', example)
    .requiredOption('--role <role>', ROLES.join(', '))
    .option(...LEDGER)
    .action(async (name: string, { role, ledger, json }: CreateOptions) => {
      const invited = await withRuntime('operator create', ({ engine }) =>
        runUseCase(
          engine,
          callerAt(shell, INSTALLATION_LEDGER),
          createOperator,
          { name, role, ledger },
          OF_LEDGER,
        ),
      );
      if (json) return printJson(invited);
      return print(
        `${invited['invitation']}\n\nThis invitation of ${name} (${rolesText(invited['grants'])}) is shown once and good until ${invited['expires_at']}. Redeem it at
POST /v1/operator/enrolment and POST /v1/operator/enrolment/confirm with a password and an authenticator app.\n`,
      );
    });
}

function addList(parent: Command, shell: Shell): void {
  verb(parent, 'list', 'list operators', 'operator list').action(async ({ json }: JsonOption) => {
    const page = await withRuntime('operator list', ({ engine }) =>
      runUseCase(engine, callerAt(shell, INSTALLATION_LEDGER), listOperators, {}),
    );
    if (json) return printJson(page);
    const rows = (page['data'] as Listed[]).map(({ id, name, grants, status, locked }) => [
      id,
      name,
      rolesText(grants),
      locked ? `${status}, locked` : status,
    ]);
    return print(table(['id', 'name', 'roles', 'status'], rows));
  });
}

function addGrant(parent: Command, shell: Shell): void {
  const summary = 'give an operator a role, in place of the one that it has there';
  verb(parent, 'grant <name>', summary, 'operator grant asha --role auditor --ledger main')
    .requiredOption('--role <role>', ROLES.join(', '))
    .option(...LEDGER)
    .action((name: string, { json, ...asked }: GrantOptions) =>
      printGrants(shell, 'grant', grantRole, { name, ...asked }, json),
    );
}

function addRevoke(parent: Command, shell: Shell): void {
  const summary = 'take a role from an operator: the one for the installation, or for a ledger';
  verb(parent, 'revoke <name>', summary, 'operator revoke asha --ledger main')
    .option(...LEDGER)
    .action((name: string, { json, ...asked }: GrantOptions) =>
      printGrants(shell, 'revoke', revokeRole, { name, ...asked }, json),
    );
}

async function printGrants<I>(
  shell: Shell,
  word: string,
  useCase: UseCase<I>,
  input: Record<string, unknown>,
  json: boolean | undefined,
): Promise<void> {
  const changed = await withRuntime(`operator ${word}`, ({ engine }) =>
    runUseCase(engine, callerAt(shell, INSTALLATION_LEDGER), useCase, input, OF_LEDGER),
  );
  return json
    ? printJson(changed)
    : print(`${changed['id']} ${changed['name']}: ${rolesText(changed['grants'])}\n`);
}

function addReset(parent: Command, shell: Shell): void {
  const summary = 'let an operator choose a new password; the second factor stays';
  verb(parent, 'reset <name>', summary, 'operator reset asha').action(
    async (name: string, { json }: JsonOption) => {
      const made = await withRuntime('operator reset', ({ engine }) =>
        runUseCase(engine, callerAt(shell, INSTALLATION_LEDGER), resetOperator, { name }),
      );
      if (json) return printJson(made);
      return print(
        `${made['reset']}\n\nThis reset of ${name} is shown once and good until ${made['expires_at']}. Redeem it at
POST /v1/operator/password with a new password and a code of the authenticator app, or a recovery code.\n`,
      );
    },
  );
}

function addChange(
  parent: Command,
  shell: Shell,
  word: 'disable' | 'unlock',
  summary: string,
  useCase: typeof disableOperator,
): void {
  verb(parent, `${word} <name>`, summary, `operator ${word} asha`).action(
    async (name: string, { json }: JsonOption) => {
      const changed = await withRuntime(`operator ${word}`, ({ engine }) =>
        runUseCase(engine, callerAt(shell, INSTALLATION_LEDGER), useCase, { name }),
      );
      return json
        ? printJson(changed)
        : print(`${changed['id']} ${name}: ${word === 'disable' ? 'disabled' : 'unlocked'}\n`);
    },
  );
}
