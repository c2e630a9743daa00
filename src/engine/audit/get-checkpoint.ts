/** GET /v1/audit/checkpoint: the newest signed checkpoint of the log. */
import { z } from 'zod';
import { found } from '../page.ts';
import { useCase } from '../use-case.ts';
import { checkpointShape, checkpointView } from './checkpoint-view.ts';
import { requireCheckpoint } from './desk.ts';

export const getCheckpoint = useCase({
  name: 'audit.checkpoint',
  summary: 'Read the newest signed checkpoint of the log',
  permission: 'audit:read',
  kind: 'query',
  input: z.strictObject({}),
  output: z.strictObject(checkpointShape).meta({ id: 'Checkpoint' }),
  run: async ({ audit }, { ledgerId }) => found(checkpointView(await requireCheckpoint(audit, ledgerId))),
});
