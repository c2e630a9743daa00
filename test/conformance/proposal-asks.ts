/** Four eyes as the rows of the table write it. Users at the shell are told apart by name: `asha` and `ravi` made no API key. */
import type { Actor, Command } from '../../src/engine/command.ts';
import type { PolicyRule } from '../../src/identity/four-eyes.ts';
import { defined } from '../../src/kernel/assert.ts';
import { FailureError } from '../../src/kernel/failure.ts';
import { parseBound } from '../../src/kernel/money.ts';
import { shellActor } from '../../src/shell-actor.ts';
import type { Options } from '../support/engine.ts';
import type { Received, TestServer } from '../support/server.ts';
import type { Intent, Step } from '../support/step.ts';
import { outcomeOf } from './http-outcomes.ts';

export interface RuleBody {
  readonly action: PolicyRule['action'];
  readonly above?: string;
  readonly currency?: string;
}

export type ProposalAsk =
  | {
      readonly ask: 'policy';
      readonly rules: readonly RuleBody[];
      readonly user?: 'asha' | 'ravi';
      readonly named?: string;
      readonly expires_in_seconds?: number;
    }
  /** `hash` of another thing, where it is not the proposal's. */
  | {
      readonly ask: 'approve';
      readonly of: string;
      readonly user?: 'asha' | 'ravi';
      readonly wrong?: true;
      readonly named?: string;
    }
  | { readonly ask: 'reject'; readonly of: string; readonly user?: 'asha' | 'ravi' };

export const isProposalAsk = (ask: { readonly ask: string }): ask is ProposalAsk =>
  ['policy', 'approve', 'reject'].includes(ask.ask);

const DAY = 86_400;

function policyCommandOf(rules: readonly RuleBody[], expirySeconds: number): Command {
  return {
    type: 'policy.set',
    expirySeconds,
    rules: rules.map(({ action, above, currency }): PolicyRule => {
      if (above === undefined) return { action };
      const amount = parseBound(above, 2);
      if (!amount.ok) throw new Error(`${above} is no amount`);
      return { action, above: { currency: defined(currency, 'a currency'), amount: amount.value } };
    }),
  };
}

/** `held` finds the number of what was named, `asked` what it asked for. */
export function proposalSteps(
  ask: ProposalAsk,
  caller: Actor,
  key: string,
  held: (of: string) => number,
  asked: Map<string, Command>,
): Step[] {
  const actor = ask.user === undefined ? caller : shellActor(ask.user);
  const one = (command: Command, approves?: Intent['approves']): Step[] => {
    if ('named' in ask && ask.named !== undefined) asked.set(ask.named, command);
    return [{ actor, atomic: false, intents: [{ key, command, ...(approves && { approves }) }] }];
  };
  if (ask.ask === 'policy') return one(policyCommandOf(ask.rules, ask.expires_in_seconds ?? DAY));
  const proposal = held(ask.of);
  if (ask.ask === 'reject') return one({ type: 'proposal.reject', proposal });
  const command = asked.get(ask.of) ?? policyCommandOf([], DAY);
  return one(command, { proposal, isRightHash: ask.wrong === undefined });
}

type Send = (path: string, json: unknown) => Promise<Received>;

/** What asks say to the server: of a client over HTTP, of a user as the shell does. */
export class ProposalRequests {
  readonly #server: TestServer;
  readonly #ledgerId: number;

  constructor(server: TestServer, ledgerId: number) {
    this.#server = server;
    this.#ledgerId = ledgerId;
  }

  /** `names` has the ids of all that was named, and learns more. */
  async perform(
    ask: ProposalAsk,
    names: Map<string, string>,
    key: string | undefined,
    send: Send,
  ): Promise<string> {
    const ledgerId = this.#ledgerId;
    const options = {
      ledgerId,
      ...(ask.user === undefined ? {} : { actor: shellActor(ask.user) }),
      ...(key === undefined ? {} : { key }),
    };
    if (ask.ask === 'policy') {
      const { rules, expires_in_seconds = DAY } = ask;
      return this.#atShell('policy.set', { rules, expires_in_seconds }, options, (id) =>
        names.set(ask.named ?? '', id),
      );
    }
    const id = (names.get(ask.of) ?? '').replace(/^acc|^trf/, 'prp');
    const body = ask.ask === 'approve' ? { hash: await this.#hashOf(ask, id) } : {};
    if (ask.user !== undefined) return this.#atShell(`proposal.${ask.ask}`, { id, ...body }, options);
    const answer = await send(`/v1/proposals/${id}/${ask.ask}`, body);
    const { id: made } = (answer.body['result'] ?? {}) as { id?: string };
    if (made !== undefined && 'named' in ask) names.set(ask.named ?? '', made);
    return outcomeOf(answer, 'done');
  }

  async #hashOf({ of, wrong }: Extract<ProposalAsk, { ask: 'approve' }>, id: string): Promise<unknown> {
    if (wrong || of === '@foreign') return '0'.repeat(64);
    return (await this.#server.test.run('proposal.get', { id }, { ledgerId: this.#ledgerId })).body['hash'];
  }

  async #atShell(
    name: 'policy.set' | 'proposal.approve' | 'proposal.reject',
    input: Record<string, unknown>,
    options: Options,
    learn: (id: string) => void = () => {},
  ): Promise<string> {
    try {
      const { status, replayed, body } = await this.#server.test.run(name, input, options);
      if (status === 202) learn(String(body['id']));
      const word = status === 202 ? 'proposed' : status < 400 ? 'done' : String(body['code']);
      return replayed ? `replay ${word}` : word;
    } catch (error) {
      if (error instanceof FailureError) return `failed ${error.code}`;
      throw error;
    }
  }
}
