/** What the fold's memory asks the database for: above all keys whose answer would store nothing, so that no index corrects it. */
import { expect, test } from 'vitest';
import { type Actor, type Command, makeItem } from '../../src/engine/command.ts';
import { LedgerState } from '../../src/engine/state.ts';

const LEDGER = 7;
const CLIENT: Actor = { name: 'key_00000070000000001', client: 'bank', apiKey: 1 };
const SHELL: Actor = { name: 'shell:test', client: 'shell', apiKey: undefined };
const OPENING: Command = {
  type: 'account.create',
  code: 'bank',
  kind: 'asset',
  currency: 'INR',
  owner: null,
  settings: { floor: null, ceiling: null, debitsFrozen: false, creditsFrozen: false, closed: false },
};

const keysWanted = (actor: Actor, command: Command): readonly string[] =>
  new LedgerState(LEDGER).wanted([makeItem(LEDGER, command, actor, 'k', 'req_1')], false, false).keys;

test('the key of an account that a client opens is looked up: another API key of the client may have opened it', () => {
  expect(keysWanted(CLIENT, OPENING)).toHaveLength(1);
});

test('the key of an account that is opened at the shell is left to the unique index', () => {
  expect(keysWanted(SHELL, OPENING)).toEqual([]);
});
