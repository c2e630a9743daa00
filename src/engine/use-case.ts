/**
 * Use cases: a name, an input and an output, a permission, and a run. HTTP and the command line are adapters over them.
 *
 * A caller is authenticated before a use case runs; what only the ledger knows about its standing is checked again by
 * the fold. Use cases fail with FailureError; a recorded refusal is an answer, not an error.
 */
import type { z } from 'zod';
import type { Scope } from '../identity/api-key.ts';
import type { OperatorPermission } from '../identity/role.ts';
import type { Clock } from '../kernel/clock.ts';
import { FailureError } from '../kernel/failure.ts';
import type { AuditDesk } from './audit/desk.ts';
import type { Actor, Command, Group } from './command.ts';
import { makeItem } from './command.ts';
import type { CustomerDesk } from './customers/desk.ts';
import type { DenialCount } from './denials/denial-count.ts';
import type { ItemResult } from './fold.ts';
import type { ItemStream, ItemStreamOptions } from './item-stream.ts';
import type { OperatorDesk } from './operators/desk.ts';
import type { Posters } from './posters.ts';
import type { Reads } from './reads.ts';
import { type Answer, postedTransferAnswer, renderAnswer } from './render.ts';

export interface Engine {
  readonly posters: Posters;
  readonly reads: Reads;
  readonly clock: Clock;
  /** Authenticates cursors (cursor.ts). */
  readonly cursorKey: Buffer;
  /** Authenticates rows that give rights (row-mac.ts). */
  readonly rowKey: Buffer;
  readonly operators: OperatorDesk;
  readonly denials: DenialCount;
  readonly customers: CustomerDesk;
  readonly audit: AuditDesk;
}

export interface Caller {
  readonly actor: Actor;
  readonly ledgerId: number;
  readonly requestId: string;
  /** The ledgers that an operator knows of; undefined: all, or no operator. */
  readonly ledgers?: readonly number[];
  /** Number of the session, where the actor is an operator. */
  readonly session?: number;
  /** Where the request comes from, if that can be told: personal data, stored nowhere. */
  readonly address?: string | undefined;
}

/** `idempotencyKey` is there exactly for use cases that need one. */
export interface Call<I> extends Caller {
  readonly input: I;
  readonly idempotencyKey: string;
}

/**
 * A scope of API keys or a permission of operators; `shell`, which neither can carry, so only the command line of the machine
 * may; `anyone`, for what is done to become somebody.
 */
export type Permission = Scope | OperatorPermission | 'shell' | 'anyone';

export interface UseCase<I = unknown> {
  readonly name: string;
  readonly summary: string;
  readonly permission: Permission;
  /** Of operators: takes a session that was begun or renewed a short while ago (identity/operator-change.ts). */
  readonly fresh?: true;
  /**
   * `command` needs an Idempotency-Key; `batch` has one in each item; `query` changes nothing; `once` changes something and
   * takes no key, because its answer cannot be given twice (a token is shown once) or asking twice does no harm.
   */
  readonly kind: 'command' | 'batch' | 'query' | 'once';
  readonly input: z.ZodType<I>;
  readonly output: z.ZodType;
  /** The answer comes in parts: its media type by the input's `format`, the first one where nothing is asked for. */
  readonly media?: Readonly<Record<string, string>>;
  /** Before `input` looks at what was sent: fails with invalid_request where that would be too much work. */
  refuseHuge?(sent: unknown): void;
  /** The input of the common shape, told in less time than `input` takes; undefined: `input` decides. */
  plainInput?(sent: unknown): I | undefined;
  run(engine: Engine, call: Call<I>): Promise<Answer>;
  /** Of a batch: takes the items one by one as well, without end, each alone. */
  readonly stream?: StreamKind;
}

export interface StreamKind {
  /** What one line asks for, and what one line of the answer says. */
  readonly item: z.ZodType;
  readonly result: z.ZodType;
  open(engine: Engine, caller: Caller, options: ItemStreamOptions): ItemStream;
}

/** Keeps the input's type for `run`; the table of use cases forgets it. */
export const useCase = <I>(definition: UseCase<I>): UseCase<I> => definition;

/** How long a request waits for its posting, milliseconds, before it is told to come back. */
export const PATIENCE_MS = 5000;

/** Puts one command through the fold and renders its answer. */
export async function post<I>(engine: Engine, call: Call<I>, command: Command): Promise<Answer> {
  const item = makeItem(call.ledgerId, command, call.actor, call.idempotencyKey, call.requestId);
  const [result] = engine.posters.submit(call.ledgerId, [item], PATIENCE_MS);
  const found = (await result) as ItemResult;
  const posted =
    found.kind === 'recorded' && postedTransferAnswer(found.result, call.ledgerId, found.replayed);
  return posted || answerOf(found);
}

export function answerOf(result: ItemResult): Answer {
  if (result.kind === 'failed') throw new FailureError(result.code);
  return renderAnswer(result.result.body, result.replayed);
}

/** Second assertion of the permission `shell`. Fails with `forbidden`. */
export function requireShell({ actor }: Caller): void {
  if (actor.apiKey !== undefined || actor.client !== 'shell')
    throw new FailureError('forbidden', 'This is done at the command line.');
}

/** Items of an atomic batch share this object. */
export const groupOf = (size: number): Group => ({ size });
