/** Statements in tests: the whole text of one, and its document. */
import { assert } from '../../src/kernel/assert.ts';
import type { Body, TestEngine } from './engine.ts';

export interface Statement extends Body {
  readonly from: string;
  readonly to: string;
  readonly event_number: string;
  readonly opening: Readonly<Record<'posted' | 'held' | 'available', string>>;
  readonly closing: Readonly<Record<'posted' | 'held' | 'available', string>>;
  readonly entries: readonly Readonly<Record<string, string | number | null>>[];
  readonly totals: Readonly<Record<'debits' | 'credits', string>> & { readonly entries: number };
}

/** Its parts, not asked for yet. */
export async function statementParts(test: TestEngine, input: Body): Promise<AsyncIterable<string>> {
  const { parts } = await test.run('account.statement', input);
  assert(parts !== undefined, 'a statement comes in parts');
  return parts.text;
}

export async function wholeText(parts: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const part of parts) text += part;
  return text;
}

export const statementOf = async (test: TestEngine, input: Body): Promise<Statement> =>
  JSON.parse(await wholeText(await statementParts(test, input))) as Statement;
