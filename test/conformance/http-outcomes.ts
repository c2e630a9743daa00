/** What the table calls an answer of the server, and what became of a scheduled transfer there. */
import { FAILURES, isFailureCode } from '../../src/kernel/failure.ts';
import type { Received, TestServer } from '../support/server.ts';

export const refusal = (code: string, leg: number | undefined): string =>
  leg === undefined ? code : `${code}@${leg}`;

export interface ItemResult {
  readonly status: string;
  readonly replayed: boolean;
  readonly transfer?: { readonly id: string };
  readonly problem?: { readonly code: string; readonly leg?: number; readonly transfer_id?: string };
}

export function outcomeOfItem({ status, replayed, problem }: ItemResult): string {
  if (status === 'failed') return `failed ${problem?.code}`;
  const outcome = problem ? refusal(problem.code, problem.leg) : status;
  return replayed ? `replay ${outcome}` : outcome;
}

export function outcomeOf({ status, headers, body }: Received, word: string): string {
  const { code, leg } = body as { code?: string; leg?: number };
  const replayed = headers['idempotent-replayed'] === 'true' ? 'replay ' : '';
  // As it was answered: whether it waits for a second factor or a second person, the ledger decides.
  const done = body['status'] === 'held' ? 'held' : word;
  if (status < 400) return `${replayed}${status === 202 ? 'proposed' : done}`;
  if (code !== undefined && isFailureCode(code) && FAILURES[code].kind === 'refused')
    return `${replayed}${refusal(code, leg)}`;
  return `failed ${code}`;
}

/** The transfer that a scheduled one was executed as. */
export async function executionOf(
  { test }: TestServer,
  id: string,
  ledgerId: number,
): Promise<Record<string, unknown> | undefined> {
  const { body } = await test.run('transfer.get', { id }, { ledgerId });
  const { executed_as: as } = body as { executed_as?: { transfer: string } };
  return as && (await test.run('transfer.get', { id: as.transfer }, { ledgerId })).body;
}
