/**
 * Requests as bytes: written once with room for what changes (keys, accounts, amounts), so that another request costs a few
 * short writes into the same buffer. Room that is not needed is white space between the tokens of the JSON.
 */
import { accountCode, CURRENCY } from '../workload.ts';
import type { Intent } from './intents.ts';

export interface Target {
  readonly url: URL;
  readonly token: string;
}

/** Its buffer belongs to one connection: it is not touched while its request is on the way. */
export interface Request {
  readonly bytes: Buffer;
  /** How many transfers it carries; 0 for a read. */
  readonly transfers: number;
  /** What they move together, whole units. */
  readonly units: number;
}

/** Writes the next request; `first` is the number of its first intent. */
export type Writer = (first: number) => Request;
export type Intents = (n: number) => Intent;

const KEY = ' '.repeat(36);
/** `"a1234567"` and `"1000.00"` with their quotes. */
const ACCOUNT = ' '.repeat(10);
const AMOUNT = ' '.repeat(9);
const LEG = `{"debit":${ACCOUNT},"credit":${ACCOUNT},"amount":${AMOUNT},"currency":"${CURRENCY}"}`;
const DEBIT_AT = LEG.indexOf(ACCOUNT);
const CREDIT_AT = LEG.indexOf(ACCOUNT, DEBIT_AT + ACCOUNT.length);
const AMOUNT_AT = LEG.indexOf(AMOUNT, CREDIT_AT + ACCOUNT.length);
const ITEM = `{"idempotency_key":"${KEY}","legs":[${LEG}]}`;
const ITEM_KEY_AT = ITEM.indexOf(KEY);
const ITEM_LEG_AT = ITEM.indexOf(LEG);

const head = ({ url, token }: Target, start: string, more: readonly string[]): string =>
  [start, `Host: ${url.host}`, `Authorization: Bearer ${token}`, ...more, '\r\n'].join('\r\n');

const post = (target: Target, path: string, type: string, body: string, more: readonly string[]): Buffer => {
  const fields = [`Content-Type: ${type}`, `Content-Length: ${body.length}`, ...more];
  return Buffer.from(head(target, `POST ${path} HTTP/1.1`, fields) + body, 'latin1');
};

/** POST /v1/transfers */
export function singleWriter(target: Target, intents: Intents): Writer {
  const bytes = post(target, '/v1/transfers', 'application/json', `{"legs":[${LEG}]}`, [
    `Idempotency-Key: ${KEY}`,
  ]);
  const keyAt = bytes.indexOf(KEY);
  const legAt = bytes.indexOf(LEG);
  const request = { bytes, transfers: 1, units: 0 };
  return (n) => {
    const intent = intents(n);
    request.units = intent.amountUnits;
    bytes.write(intent.key, keyAt, 'latin1');
    writeLeg(bytes, legAt, intent);
    return request;
  };
}

/** POST /v1/transfers/batch: one JSON document with `count` items. */
export const batchWriter = (target: Target, intents: Intents, count: number): Writer =>
  itemsWriter(target, intents, count, 'application/json', '{"transfers":[', ',', ']}');

/** The same route, one item a line. */
export const linesWriter = (target: Target, intents: Intents, count: number): Writer =>
  itemsWriter(target, intents, count, 'application/x-ndjson', '', '\n', '\n');

function itemsWriter(
  target: Target,
  intents: Intents,
  count: number,
  type: string,
  begin: string,
  between: string,
  end: string,
): Writer {
  const items = new Array(count).fill(ITEM).join(between);
  const bytes = post(target, '/v1/transfers/batch', type, begin + items + end, []);
  const itemsAt = bytes.indexOf(ITEM);
  const request = { bytes, transfers: count, units: 0 };
  return (first) => {
    request.units = 0;
    for (let i = 0; i < count; i++) {
      const at = itemsAt + i * (ITEM.length + between.length);
      const intent = intents(first + i);
      request.units += intent.amountUnits;
      bytes.write(intent.key, at + ITEM_KEY_AT, 'latin1');
      writeLeg(bytes, at + ITEM_LEG_AT, intent);
    }
    return request;
  };
}

/** GET /v1/accounts/{code} of the payer, whose length is made even by a header. */
export function readWriter(target: Target, intents: Intents): Writer {
  const start = (code: string): string =>
    `GET /v1/accounts/${code} HTTP/1.1\r\nPadding: ${'-'.repeat(ACCOUNT.length - code.length)}`;
  const bytes = Buffer.from(head(target, start('a'), []), 'latin1');
  const request = { bytes, transfers: 0, units: 0 };
  return (n) => {
    bytes.write(start(accountCode(intents(n).debit)), 0, 'latin1');
    return request;
  };
}

function writeLeg(bytes: Buffer, at: number, { debit, credit, amountUnits }: Intent): void {
  bytes.write(`"${accountCode(debit)}"`.padEnd(ACCOUNT.length), at + DEBIT_AT, 'latin1');
  bytes.write(`"${accountCode(credit)}"`.padEnd(ACCOUNT.length), at + CREDIT_AT, 'latin1');
  bytes.write(`"${amountUnits}.00"`.padEnd(AMOUNT.length), at + AMOUNT_AT, 'latin1');
}
