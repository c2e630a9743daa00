/**
 * Disables an operator, which ends its sessions at once and for good, or gives a locked one its attempts back; at the command
 * line only. Neither touches a factor: unlocking lets nobody in who does not have both.
 */
import { z } from 'zod';
import { FailureError } from '../../kernel/failure.ts';
import { requireShell, useCase } from '../use-case.ts';
import { operatorName } from './operator-view.ts';
import { operatorId, submitOperator } from './submit.ts';

const change = (type: 'operator.disable' | 'operator.unlock', summary: string) =>
  useCase({
    name: type,
    summary,
    permission: 'shell',
    kind: 'once',
    input: z.strictObject({ name: operatorName }),
    output: z.strictObject({ id: z.string(), name: z.string(), changed_at: z.string() }),
    async run(engine, call) {
      requireShell(call);
      const { name } = call.input;
      const found = await engine.operators.store.find(name, false);
      if (!found) throw new FailureError('not_found', `There is no operator ${name}.`);
      const { id } = found.state;
      const { at } = await submitOperator(engine, call, { type, operator: id });
      return { status: 200, body: { id: operatorId(id), name, changed_at: at }, replayed: false };
    },
  });

export const disableOperator = change('operator.disable', 'Disable an operator and end its sessions');
export const unlockOperator = change('operator.unlock', 'Give a locked operator its attempts back');
