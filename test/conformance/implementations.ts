/** The model ledger, the fold, and the server over HTTP: each empty for every row, but for the API keys of the table. */
import { randomUUID } from 'node:crypto';
import { parseEvent } from '../../src/audit/event.ts';
import type { Command, CreateTransfer } from '../../src/engine/command.ts';
import { foldBatch } from '../../src/engine/fold.ts';
import { parseInput } from '../../src/engine/parse-input.ts';
import { carryNext } from '../../src/engine/periods/carrier.ts';
import { LedgerState } from '../../src/engine/state.ts';
import { ENGINE } from '../../src/engine/sweeper.ts';
import { transferCommand } from '../../src/engine/transfers/create-transfer.ts';
import { sweepSchedules } from '../../src/engine/transfers/schedule-sweeper.ts';
import { transferRequest } from '../../src/engine/transfers/transfer-request.ts';
import { defined } from '../../src/kernel/assert.ts';
import { parseMoment } from '../../src/kernel/clock.ts';
import { exponentOf } from '../../src/kernel/currency.ts';
import { formatId } from '../../src/kernel/id.ts';
import { formatMinor, trimDecimal } from '../../src/kernel/money.ts';
import { balancesOf } from '../../src/ledger/account.ts';
import { SHELL, type Step } from '../support/arbitrary-commands.ts';
import { MemoryLog } from '../support/memory-log.ts';
import { ModelLedger } from '../support/model-ledger.ts';
import type { Predicted } from '../support/model-outcomes.ts';
import type { HandClock } from '../support/operators.ts';
import { asPredicted, itemsOf } from '../support/run-fold.ts';
import type { Received, TestServer } from '../support/server.ts';
import { changeOf, openingOf } from './account-commands.ts';
import { movedTo, nameOf, outcomesOf, wordOf } from './ask-words.ts';
import { actorOf, CLIENTS, keySteps, LEDGER, WHO } from './callers.ts';
import { adjustmentOf, reversalOf } from './correction-commands.ts';
import { FactorCommands, FactorRequests, isFactorAsk, WAIT_SECONDS } from './factor-asks.ts';
import { executionOf, type ItemResult, outcomeOf, outcomeOfItem, refusal } from './http-outcomes.ts';
import { isPoolAsk, poolCommandOf, poolRouteOf } from './pool-asks.ts';
import { isProposalAsk, ProposalRequests, proposalSteps } from './proposal-asks.ts';
import type { Ask, TransferBody, Who } from './table.ts';
import { MICROS, malformedBy, named } from './transfer-bodies.ts';

export interface Implementation {
  perform(ask: Ask): Promise<string | readonly string[]>;
  balance(code: string): Promise<string>;
  available(code: string): Promise<string>;
  refusals(code: string): Promise<number>;
}

const AT = 1_800_000_000_000_000;
const FOREIGN = formatId('acc', LEDGER + 1, 4);
/** Of no event. */
const UNKNOWN = 999_999;

/** What is asked as steps; `account` finds an account by its code, `names` tells the numbers of transfers. */
function stepsOf(
  ask: Ask,
  account: (code: string) => { number: number; currency: string },
  names: ReadonlyMap<string, number>,
  now: number,
  asked: Map<string, Command>,
  factors: FactorCommands,
): Step[] {
  const actor = actorOf(ask.as ?? 'clerk');
  const key = ask.key ?? randomUUID();
  const one = (command: Command, who = actor): Step[] => {
    if ('named' in ask && ask.named !== undefined) asked.set(ask.named, command);
    return [{ actor: who, atomic: false, intents: [{ key, command }] }];
  };
  const transfer = (body: TransferBody): CreateTransfer =>
    transferCommand(parseInput(transferRequest, named(body, FOREIGN, now)));
  const held = (of: string): number =>
    of === '@foreign' ? UNKNOWN : defined(names.get(of), `transfer ${of}`);
  if (isFactorAsk(ask)) return one(factors.of(ask, held));
  if (isPoolAsk(ask)) return one(poolCommandOf(ask, account, (pool) => held(`pool ${pool}`)));
  if (isProposalAsk(ask)) return proposalSteps(ask, actor, key, held, asked);
  switch (ask.ask) {
    case 'transfer':
      return one(transfer(ask.body));
    case 'cancel':
      return one({ type: 'transfer.cancel', schedule: held(ask.of) });
    case 'execute': {
      const command = defined(asked.get(ask.of), `what ${ask.of} asks for`) as CreateTransfer;
      const intent = { type: 'transfer.execute', schedule: held(ask.of), transfer: command } as const;
      return [{ actor: ENGINE, atomic: false, intents: [{ key: 'execution', command: intent }] }];
    }
    case 'capture': {
      const { amount, final = false } = ask.body;
      const amounts = ask.body.amounts ?? (amount === undefined ? undefined : [amount]);
      const all = amounts === undefined ? {} : { amounts: amounts.map(trimDecimal) };
      return one({ type: 'transfer.capture', hold: held(ask.of), ...all, final });
    }
    case 'void':
      return one({ type: 'transfer.void', hold: held(ask.of) });
    case 'reverse':
      return one(reversalOf(held(ask.of), ask.body));
    case 'adjust':
      return one(adjustmentOf(ask.body));
    case 'close':
      return one({ type: 'period.close', closedUntil: defined(parseMoment(ask.until), 'a time') });
    case 'carry': {
      const period = defined(names.get('@close'), 'a close');
      return one({ type: 'period.carry', period, after: 0, upTo: 0, rows: [], last: true }, ENGINE);
    }
    case 'pass':
      return [];
    case 'clock': {
      const { advance_seconds: advanceSeconds, to } = ask.body;
      return one(
        to === undefined
          ? { type: 'clock.move', advanceSeconds: defined(advanceSeconds, 'a move') }
          : { type: 'clock.move', to: defined(parseMoment(to), 'a time') },
      );
    }
    case 'account':
      return one(openingOf(ask.body));
    case 'update': {
      const { number, currency } = account(ask.account);
      const change = changeOf(ask.body, currency);
      return one({ type: 'account.update', account: number, currency, change, waitSeconds: WAIT_SECONDS });
    }
    case 'revoke':
      return one({ type: 'key.revoke', apiKey: WHO.indexOf(ask.whose) + 1 }, SHELL);
    case 'rotate':
      return one(
        {
          type: 'key.rotate',
          apiKey: WHO.indexOf(ask.whose) + 1,
          prefix: randomUUID().slice(0, 8),
          secretHash: '1'.repeat(64),
          expiresAt: null,
          overlapSeconds: ask.overlap_seconds,
        },
        SHELL,
      );
    case 'ledger':
      return one({ type: 'ledger.create', id: 1, name: ask.name }, SHELL);
    case 'batch': {
      const intents = ask.items.map((item) => {
        const command = transfer(item);
        if (item.named !== undefined) asked.set(item.named, command);
        return { key: item.key, command };
      });
      return ask.atomic
        ? [{ actor, atomic: true, intents }]
        : intents.map((intent) => ({ actor, atomic: false, intents: [intent] }));
    }
  }
}

export function modelImplementation(sandbox = false): Implementation {
  const model = new ModelLedger((number) => formatId('acc', LEDGER, number));
  model.isSandbox = sandbox;
  const legs = new Map<number, number | undefined>();
  const find = (code: string) => defined(model.find(code), `account ${code}`);
  const names = new Map<string, number>();
  const asked = new Map<string, Command>();
  const factors = new FactorCommands();
  let now = AT;
  for (const step of keySteps()) model.perform(step, now);
  const asAsked = <P extends Predicted & { readonly number: number }>(one: P) => ({
    ...one,
    leg: legs.get(one.number),
    isHeld: model.holds.has(one.number),
  });
  return {
    perform: async (ask) => {
      const malformed = malformedBy(ask, FOREIGN, AT);
      if (malformed !== undefined) return malformed;
      if (ask.ask === 'pass') now += ask.seconds * MICROS;
      const all = stepsOf(ask, find, names, now, asked, factors).flatMap((step) => model.perform(step, now));
      for (const [i, one] of all.entries())
        if (one.kind === 'event') {
          legs.set(one.number, one.leg);
          names.set(nameOf(ask, i) ?? '', one.number);
          if (ask.ask === 'clock' && one.code === '') now = movedTo(ask.body, now);
        }
      return outcomesOf(
        ask,
        all.map((one) => (one.kind === 'failed' ? one : asAsked(one))),
      );
    },
    balance: async (code) => {
      const { number, currency } = find(code);
      return formatMinor(model.summary(number).balance, exponentOf(currency));
    },
    available: async (code) => {
      const { number, currency, growsByDebits } = find(code);
      const { balance, heldDebits, heldCredits } = model.summary(number);
      return formatMinor(balance - (growsByDebits ? heldCredits : heldDebits), exponentOf(currency));
    },
    refusals: async (code) => model.summary(find(code).number).refusedCount,
  };
}

export function foldImplementation(sandbox = false): Implementation {
  const state = new LedgerState(LEDGER);
  if (sandbox) state.ahead = 0;
  const log = new MemoryLog();
  const names = new Map<string, number>();
  const asked = new Map<string, Command>();
  const factors = new FactorCommands();
  let now = AT;
  const find = (code: string) => defined(state.account(code), `account ${code}`);
  const balances = (code: string) => {
    const account = find(code);
    const { currency, kind } = account.identity;
    const text = (minor: bigint): string => formatMinor(minor, exponentOf(currency));
    const { posted, available } = balancesOf(kind, account);
    return { posted: text(posted), available: text(available) };
  };
  const fold = (steps: readonly Step[]) => {
    const items = steps.flatMap((step) => itemsOf(LEDGER, step, 'req'));
    const at = now + (state.ahead ?? 0);
    log.teach(state, items, at);
    const folded = foldBatch(state, log.events.length, at, items);
    log.append(folded.rows);
    return folded.results;
  };
  fold(keySteps());
  return {
    perform: async (ask) => {
      const malformed = malformedBy(ask, FOREIGN, AT);
      if (malformed !== undefined) return malformed;
      if (ask.ask === 'pass') now += ask.seconds * MICROS;
      const account = (code: string) => {
        const { id: number, currency } = find(code).identity;
        return { number, currency };
      };
      const results = fold(stepsOf(ask, account, names, now + (state.ahead ?? 0), asked, factors));
      for (const [i, one] of results.entries())
        if (one.kind === 'recorded') names.set(nameOf(ask, i) ?? '', one.result.number);
      return outcomesOf(
        ask,
        results.map((result) => ({
          ...asPredicted(result),
          isHeld: result.kind === 'recorded' && parseEvent(result.result.body).outcome === 'held',
          leg: result.kind === 'recorded' ? parseEvent(result.result.body).leg : undefined,
        })),
      );
    },
    balance: async (code) => balances(code).posted,
    available: async (code) => balances(code).available,
    refusals: async (code) => find(code).refusedCount,
  };
}

/** A new ledger on a server that the rows share; `foreign` is the id of an account of another ledger. */
export async function httpImplementation(
  server: TestServer,
  clock: HandClock,
  foreign: string,
  sandbox = false,
): Promise<Implementation> {
  clock.aheadMicros = 0;
  const factors = new FactorRequests(clock, foreign.replace('acc_', 'fac_'));
  const ledgerId = await server.test.createLedger(randomUUID(), sandbox);
  const tokens = new Map<Who, string>();
  const ids = new Map<Who, string>();
  for (const who of WHO) {
    const { body } = await server.test.run(
      'key.create',
      { ...CLIENTS[who], scopes: [...CLIENTS[who].scopes, ...(sandbox ? ['sandbox:clock'] : [])] },
      { ledgerId },
    );
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
    name: 'key.revoke' | 'key.rotate' | 'ledger.create',
    input: Record<string, unknown>,
  ): Promise<string> => {
    const { status, body } = await server.test.run(name, input, { ledgerId });
    return status < 400 ? 'done' : String(body['code']);
  };
  const proposals = new ProposalRequests(server, ledgerId);
  const names = new Map<string, string>([['@foreign', foreign.replace('acc_', 'trf_')]]);
  const noted = (ask: Ask, answer: Received): Received => {
    const id = answer.body['id'] ?? answer.body['transfer_id'];
    if (id !== undefined) names.set(nameOf(ask) ?? '', String(id));
    return answer;
  };
  const balances = async (code: string): Promise<{ posted: string; available: string }> => {
    const { body } = await send('GET', `/v1/accounts/${code}`, {});
    return body['balances'] as { posted: string; available: string };
  };
  return {
    perform: async (ask) => {
      if (isFactorAsk(ask)) {
        const key = tokens.get(ask.as ?? 'clerk');
        const idempotencyKey = ask.ask === 'authorize' ? { idempotencyKey: ask.key ?? randomUUID() } : {};
        const post = (path: string, json: unknown) =>
          server.send('POST', path, { key, json, ...idempotencyKey });
        return outcomeOf(await factors.perform(ask, post, names), wordOf(ask));
      }
      if (isPoolAsk(ask)) return outcomeOf(await send(...poolRouteOf(ask), ask, ask.body), 'done');
      if (isProposalAsk(ask))
        return proposals.perform(ask, names, ask.key, (path, json) => send('POST', path, ask, json));
      switch (ask.ask) {
        case 'transfer': {
          const body = named(ask.body, foreign, Date.now() * 1000);
          return outcomeOf(noted(ask, await send('POST', '/v1/transfers', ask, body)), wordOf(ask));
        }
        case 'capture': {
          const path = `/v1/transfers/${names.get(ask.of)}/captures`;
          return outcomeOf(noted(ask, await send('POST', path, ask, ask.body)), 'posted');
        }
        case 'void':
          return outcomeOf(await send('POST', `/v1/transfers/${names.get(ask.of)}/void`, ask, {}), 'done');
        case 'reverse': {
          const path = `/v1/transfers/${names.get(ask.of)}/reversals`;
          return outcomeOf(noted(ask, await send('POST', path, ask, ask.body)), 'posted');
        }
        case 'adjust':
          return outcomeOf(
            noted(ask, await send('POST', '/v1/transfers/adjustments', ask, ask.body)),
            'posted',
          );
        case 'cancel':
          return outcomeOf(await send('POST', `/v1/transfers/${names.get(ask.of)}/cancel`, ask, {}), 'done');
        case 'execute': {
          const id = names.get(ask.of) ?? '';
          const before = await executionOf(server, id, ledgerId);
          await sweepSchedules({ ...server.test, newRequestId: randomUUID, log: { warn: () => {} } });
          const execution = await executionOf(server, id, ledgerId);
          if (!execution) return 'failed not_found';
          names.set(ask.named ?? '', String(execution['id']));
          const { status, code, leg } = execution as { status: string; code?: string; leg?: number };
          return `${before ? 'replay ' : ''}${code === undefined ? status : refusal(code, leg)}`;
        }
        case 'close':
          return outcomeOf(await send('POST', '/v1/periods', ask, { closed_until: ask.until }), 'done');
        case 'carry': {
          const deps = { engine: server.test.engine, newRequestId: () => 'req_carry' };
          while ((await carryNext(deps, ledgerId)) !== undefined);
          return 'done';
        }
        case 'pass':
          await new Promise((resolve) => setTimeout(resolve, ask.seconds * 1000));
          return 'passed';
        case 'clock':
          return outcomeOf(await send('POST', '/v1/sandbox/clock', ask, ask.body), 'done');
        case 'account':
          return outcomeOf(await send('POST', '/v1/accounts', ask, ask.body), 'done');
        case 'update':
          return outcomeOf(
            noted(ask, await send('PATCH', `/v1/accounts/${ask.account}`, ask, ask.body)),
            'done',
          );
        case 'revoke':
          return shell('key.revoke', { id: ids.get(ask.whose) });
        case 'rotate':
          return shell('key.rotate', {
            id: ids.get(ask.whose),
            overlap_seconds: ask.overlap_seconds,
          });
        case 'ledger':
          return shell('ledger.create', { name: ask.name });
        case 'batch': {
          const now = Date.now() * 1000;
          const transfers = ask.items.map(({ key, named: _name, ...body }) => ({
            ...named(body, foreign, now),
            idempotency_key: key,
          }));
          const { atomic } = ask;
          const { body } = await server.send('POST', '/v1/transfers/batch', {
            key: tokens.get(ask.as ?? 'clerk'),
            json: { transfers, atomic },
          });
          const results = body['results'] as ItemResult[];
          for (const [i, { transfer, problem }] of results.entries()) {
            const id = transfer?.id ?? problem?.transfer_id;
            if (id !== undefined) names.set(nameOf(ask, i) ?? '', id);
          }
          return results.map(outcomeOfItem);
        }
      }
    },
    balance: async (code) => (await balances(code)).posted,
    available: async (code) => (await balances(code)).available,
    refusals: async (code) => {
      const { body } = await send('GET', `/v1/accounts/${code}/entries?limit=100`, {});
      const entries = body['data'] as { direction: string }[];
      return entries.filter(({ direction }) => direction === 'refused').length;
    },
  };
}
