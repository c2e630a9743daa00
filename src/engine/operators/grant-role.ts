/**
 * Gives an operator a role for the installation or for one ledger, in place of the one that it had there, or takes it away; at
 * the command line only. Acts at once: the next request of an open session is decided by it.
 */
import { z } from 'zod';
import { ROLES } from '../../identity/role.ts';
import { FailureError } from '../../kernel/failure.ts';
import { ledgerByRef } from '../ledgers/ledger-view.ts';
import { type Call, type Engine, requireShell, useCase } from '../use-case.ts';
import type { OperatorCommand } from './operator-command.ts';
import { grant, grantsView, operatorName } from './operator-view.ts';
import { operatorId, submitOperator } from './submit.ts';

export const ledgerRef = z
  .string()
  .max(64)
  .optional()
  .meta({ description: 'Id or name of a ledger; absent: the installation, and so every ledger.' });

export const ADMIN_IS_BEYOND = 'an administrator is of the installation: leave the ledger out';

/** Number of the ledger that was named, null where none was. Fails with `not_found`. */
export const ledgerNumber = async (engine: Engine, ref: string | undefined): Promise<number | null> =>
  ref === undefined ? null : (await ledgerByRef(engine, ref)).ledger_id;

const output = z.strictObject({ id: z.string(), name: z.string(), grants: z.array(grant) });

export const grantRole = useCase({
  name: 'operator.grant',
  summary: 'Give an operator a role for the installation or for a ledger',
  permission: 'shell',
  kind: 'once',
  input: z
    .strictObject({ name: operatorName, role: z.enum(ROLES), ledger: ledgerRef })
    .refine(({ role, ledger }) => role !== 'admin' || ledger === undefined, {
      error: ADMIN_IS_BEYOND,
      path: ['ledger'],
    }),
  output,
  async run(engine, call) {
    requireShell(call);
    const { role, ledger } = call.input;
    const given = { role, ledger: await ledgerNumber(engine, ledger) };
    return change(engine, call, (operator) => ({ type: 'operator.grant', operator, grant: given }));
  },
});

export const revokeRole = useCase({
  name: 'operator.revoke',
  summary: 'Take the role for the installation or for a ledger from an operator',
  permission: 'shell',
  kind: 'once',
  input: z.strictObject({ name: operatorName, ledger: ledgerRef }),
  output,
  async run(engine, call) {
    requireShell(call);
    const ledger = await ledgerNumber(engine, call.input.ledger);
    return change(engine, call, (operator) => ({ type: 'operator.revoke', operator, ledger }));
  },
});

async function change(
  engine: Engine,
  call: Call<{ readonly name: string }>,
  commandFor: (operator: number) => OperatorCommand,
) {
  const { store } = engine.operators;
  const { name } = call.input;
  const found = await store.find(name, false);
  if (!found) throw new FailureError('not_found', `There is no operator ${name}.`);
  const { id } = found.state;
  await submitOperator(engine, call, commandFor(id));
  const { grants } = (await store.find(id, false))?.state ?? found.state;
  return { status: 200, body: { id: operatorId(id), name, grants: grantsView(grants) }, replayed: false };
}
