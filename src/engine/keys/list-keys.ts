/** Lists the API keys of a ledger, the revoked ones included, at the command line only. */
import { z } from 'zod';
import { pageOf, wholeList } from '../page.ts';
import { requireShell, useCase } from '../use-case.ts';
import { apiKey, apiKeyView } from './key-view.ts';

export const listKeys = useCase({
  name: 'key.list',
  summary: 'List API keys',
  permission: 'shell',
  kind: 'query',
  input: z.strictObject({}),
  output: pageOf(apiKey),
  async run({ reads }, call) {
    requireShell(call);
    const keys = await reads.listApiKeys(call.ledgerId);
    return wholeList(keys.map((key) => apiKeyView(call.ledgerId, key)));
  },
});
