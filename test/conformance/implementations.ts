/**
 * The three that the table is run through: the model ledger, the fold, and the server over HTTP. Each starts empty for
 * every row, with the three API keys of the table as its first three events.
 */
import { randomUUID } from 'node:crypto';
import { parseEvent } from '../../src/audit/event.ts';
import type { Actor, Command, CreateAccount } from '../../src/engine/command.ts';
import { foldBatch } from '../../src/engine/fold.ts';
import { LedgerState } from '../../src/engine/state.ts';
import { transferCommand } from '../../src/engine/transfers/create-transfer.ts';
import type { Scope } from '../../src/identity/api-key.ts';
import { defined } from '../../src/kernel/assert.ts';
import { exponentOf } from '../../src/kernel/currency.ts';
import { FAILURES, isFailureCode } from '../../src/kernel/failure.ts';
import { formatId } from '../../src/kernel/id.ts';
import { formatMinor, parseBound } from '../../src/kernel/money.ts';
import { balancesOf } from '../../src/ledger/account.ts';
import { SHELL, type Step } from '../support/arbitrary-commands.ts';
import { ModelLedger, type Predicted } from '../support/model-ledger.ts';
import { asPredicted, itemsOf } from '../support/run-fold.ts';
import type { Received, TestServer } from '../support/server.ts';
import type { AccountBody, Ask, TransferBody, Who } from './table.ts';

export interface Implementation {
  perform(ask: Ask): Promise<string | readonly string[]>;
  balance(code: string): Promise<string>;
  refusals(code: string): Promise<number>;
}

const WHO: readonly Who[] = ['clerk', 'app', 'other'];
const CLIENTS: Record<Who, { readonly client: string; readonly scopes: readonly Scope[] }> = {
  clerk: {
    client: 'bank',
    scopes: [
      'accounts:read',
      'accounts:write',
      'accounts:unrestricted',
      'transfers:write',
      'transfers:unrestricted',
    ],
  },
  app: { client: 'bank', scopes: ['accounts:write', 'transfers:write'] },
  other: { client: 'other', scopes: ['transfers:write', 'transfers:unrestricted'] },
};

const LEDGER = 7;
const AT = 1_800_000_000_000_000;
const FOREIGN = formatId('acc', LEDGER + 1, 4);

const actorOf = (who: Who): Actor => {
  const apiKey = WHO.indexOf(who) + 1;
  return { name: formatId('key', LEDGER, apiKey), client: CLIENTS[who].client, apiKey };
};

const named = ({ legs, reference }: TransferBody, foreign: string): TransferBody => ({
  legs: legs.map((leg) => ({ ...leg, credit: leg.credit === '@foreign' ? foreign : leg.credit })),
  ...(reference === undefined ? {} : { reference }),
});

function minorOf(text: string | null | undefined, currency: string): bigint | null {
  const parsed = text === null || text === undefined ? undefined : parseBound(text, exponentOf(currency));
  return parsed?.ok ? parsed.value : null;
}

function openingOf({ code, kind, currency, owner, floor, ceiling, ...frozen }: AccountBody): CreateAccount {
  return {
    type: 'account.create',
    code,
    kind,
    currency,
    owner: owner ?? null,
    settings: {
      floor: minorOf(floor === undefined && owner !== undefined ? '0' : floor, currency),
      ceiling: minorOf(ceiling, currency),
      debitsFrozen: frozen.debits_frozen ?? false,
      creditsFrozen: frozen.credits_frozen ?? false,
      closed: false,
    },
  };
}

/** What is asked as steps; `account` finds the number of an account by its code. */
function stepsOf(ask: Ask, account: (code: string) => { number: number; currency: string }): Step[] {
  const actor = actorOf(ask.as ?? 'clerk');
  const key = ask.key ?? randomUUID();
  const one = (command: Command, who = actor): Step[] => [
    { actor: who, atomic: false, intents: [{ key, command }] },
  ];
  const transfer = (body: TransferBody): Command =>
    transferCommand({ ...named(body, FOREIGN), legs: [...named(body, FOREIGN).legs] });
  switch (ask.ask) {
    case 'transfer':
      return one(transfer(ask.body));
    case 'account':
      return one(openingOf(ask.body));
    case 'update': {
      const { debits_frozen: debitsFrozen, credits_frozen: creditsFrozen, closed, ...bounds } = ask.body;
      const { number, currency } = account(ask.account);
      const change = {
        ...(bounds.floor === undefined ? {} : { floor: minorOf(bounds.floor, currency) }),
        ...(bounds.ceiling === undefined ? {} : { ceiling: minorOf(bounds.ceiling, currency) }),
        ...(debitsFrozen === undefined ? {} : { debitsFrozen }),
        ...(creditsFrozen === undefined ? {} : { creditsFrozen }),
        ...(closed === undefined ? {} : { closed }),
      };
      return one({ type: 'account.update', account: number, currency, change });
    }
    case 'revoke':
      return one({ type: 'key.revoke', apiKey: WHO.indexOf(ask.whose) + 1 }, SHELL);
    case 'ledger':
      return one({ type: 'ledger.create', id: 1, name: ask.name }, SHELL);
    case 'batch': {
      const intents = ask.items.map((item) => ({ key: item.key, command: transfer(item) }));
      return ask.atomic
        ? [{ actor, atomic: true, intents }]
        : intents.map((intent) => ({ actor, atomic: false, intents: [intent] }));
    }
  }
}

const keySteps = (): Step[] =>
  WHO.map((who) => ({
    actor: SHELL,
    atomic: false,
    intents: [
      {
        key: who,
        command: {
          type: 'key.create',
          ...CLIENTS[who],
          prefix: who,
          secretHash: '0'.repeat(64),
          expiresAt: null,
        },
      },
    ],
  }));

const refusal = (code: string, leg: number | undefined): string =>
  leg === undefined ? code : `${code}@${leg}`;

function outcomesOf(
  ask: Ask,
  all: readonly (Predicted & { readonly leg?: number | undefined })[],
): string | string[] {
  const word = ask.ask === 'transfer' || ask.ask === 'batch' ? 'posted' : 'done';
  const outcomes = all.map((one) => {
    if (one.kind === 'failed') return `failed ${one.code}`;
    const outcome = one.code === '' ? word : refusal(one.code, one.leg);
    return one.kind === 'replay' ? `replay ${outcome}` : outcome;
  });
  return ask.ask === 'batch' ? outcomes : defined(outcomes[0], 'an outcome');
}

export function modelImplementation(): Implementation {
  const model = new ModelLedger((number) => formatId('acc', LEDGER, number));
  const legs = new Map<number, number | undefined>();
  const find = (code: string) => defined(model.find(code), `account ${code}`);
  for (const step of keySteps()) model.perform(step, AT);
  return {
    perform: async (ask) => {
      const all = stepsOf(ask, find).flatMap((step) => model.perform(step, AT));
      for (const one of all) if (one.kind === 'event') legs.set(one.number, one.leg);
      return outcomesOf(
        ask,
        all.map((one) => (one.kind === 'replay' ? { ...one, leg: legs.get(one.number) } : one)),
      );
    },
    balance: async (code) => {
      const { number, currency } = find(code);
      return formatMinor(model.summary(number).balance, exponentOf(currency));
    },
    refusals: async (code) => model.summary(find(code).number).refusedCount,
  };
}

export function foldImplementation(): Implementation {
  const state = new LedgerState(LEDGER);
  let head = 0;
  const find = (code: string) => defined(state.account(code), `account ${code}`);
  const fold = (steps: readonly Step[]) => {
    const folded = foldBatch(
      state,
      head,
      AT,
      steps.flatMap((step) => itemsOf(LEDGER, step, 'req')),
    );
    head += folded.rows.events.length;
    return folded.results;
  };
  fold(keySteps());
  return {
    perform: async (ask) =>
      outcomesOf(
        ask,
        fold(
          stepsOf(ask, (code) => {
            const { id: number, currency } = find(code).identity;
            return { number, currency };
          }),
        ).map((result) => ({
          ...asPredicted(result),
          leg: result.kind === 'recorded' ? parseEvent(result.result.body).leg : undefined,
        })),
      ),
    balance: async (code) => {
      const account = find(code);
      return formatMinor(
        balancesOf(account.identity.kind, account).posted,
        exponentOf(account.identity.currency),
      );
    },
    refusals: async (code) => find(code).refusedCount,
  };
}

/** A new ledger on a server that the rows share; `foreign` is the id of an account of another ledger. */
export async function httpImplementation(server: TestServer, foreign: string): Promise<Implementation> {
  const ledgerId = await server.test.createLedger(randomUUID());
  const tokens = new Map<Who, string>();
  const ids = new Map<Who, string>();
  for (const who of WHO) {
    const { body } = await server.test.run('key.create', { ...CLIENTS[who] }, { ledgerId });
    tokens.set(who, String(body['token']));
    ids.set(who, String(body['id']));
  }
  const send = (
    method: string,
    path: string,
    ask: Pick<Ask, 'as' | 'key'>,
    json?: unknown,
  ): Promise<Received> =>
    server.send(method, path, {
      key: tokens.get(ask.as ?? 'clerk'),
      ...(method === 'GET' ? {} : { idempotencyKey: ask.key ?? randomUUID(), json }),
    });
  const shell = async (
    name: 'key.revoke' | 'ledger.create',
    input: Record<string, unknown>,
  ): Promise<string> => {
    const { status, body } = await server.test.run(name, input, { ledgerId });
    return status < 400 ? 'done' : String(body['code']);
  };
  return {
    perform: async (ask) => {
      switch (ask.ask) {
        case 'transfer':
          return outcomeOf(await send('POST', '/v1/transfers', ask, named(ask.body, foreign)), 'posted');
        case 'account':
          return outcomeOf(await send('POST', '/v1/accounts', ask, ask.body), 'done');
        case 'update':
          return outcomeOf(await send('PATCH', `/v1/accounts/${ask.account}`, ask, ask.body), 'done');
        case 'revoke':
          return shell('key.revoke', { id: ids.get(ask.whose) });
        case 'ledger':
          return shell('ledger.create', { name: ask.name });
        case 'batch': {
          const transfers = ask.items.map(({ key, ...body }) => ({
            ...named(body, foreign),
            idempotency_key: key,
          }));
          const { atomic } = ask;
          const { body } = await server.send('POST', '/v1/transfers/batch', {
            key: tokens.get(ask.as ?? 'clerk'),
            json: { transfers, atomic },
          });
          return (body['results'] as ItemResult[]).map(outcomeOfItem);
        }
      }
    },
    balance: async (code) => {
      const { body } = await send('GET', `/v1/accounts/${code}`, {});
      return (body['balances'] as { posted: string }).posted;
    },
    refusals: async (code) => {
      const { body } = await send('GET', `/v1/accounts/${code}/entries?limit=100`, {});
      const entries = body['data'] as { direction: string }[];
      return entries.filter(({ direction }) => direction === 'refused').length;
    },
  };
}

interface ItemResult {
  readonly status: string;
  readonly replayed: boolean;
  readonly problem?: { readonly code: string; readonly leg?: number };
}

function outcomeOfItem({ status, replayed, problem }: ItemResult): string {
  if (status === 'failed') return `failed ${problem?.code}`;
  const outcome = problem ? refusal(problem.code, problem.leg) : status;
  return replayed ? `replay ${outcome}` : outcome;
}

function outcomeOf({ status, headers, body }: Received, word: string): string {
  const { code, leg } = body as { code?: string; leg?: number };
  const replayed = headers['idempotent-replayed'] === 'true' ? 'replay ' : '';
  if (status < 400) return `${replayed}${word}`;
  if (code !== undefined && isFailureCode(code) && FAILURES[code].kind === 'refused')
    return `${replayed}${refusal(code, leg)}`;
  return `failed ${code}`;
}
