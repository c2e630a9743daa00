/** GET /v1/approval-policy: which actions of the ledger need a second person. */
import { z } from 'zod';
import { EXPIRY_SECONDS_DEFAULT } from '../../identity/four-eyes.ts';
import { found } from '../page.ts';
import { useCase } from '../use-case.ts';
import { policyJson } from './proposal-command.ts';
import { policyFromRow } from './proposal-row.ts';
import { policy } from './proposal-view.ts';

export const getPolicy = useCase({
  name: 'policy.get',
  summary: 'Read which actions need a second person',
  permission: 'proposals:read',
  kind: 'query',
  input: z.strictObject({}),
  output: policy,
  async run(engine, { ledgerId }) {
    const stored = policyFromRow(
      { ledgerId, rowKey: engine.rowKey },
      await engine.reads.proposals.policy(ledgerId),
    );
    return found(policyJson(stored ?? { rules: [], expirySeconds: EXPIRY_SECONDS_DEFAULT }));
  },
});
