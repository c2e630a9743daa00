/**
 * The import: a file of payments, and if need be one of accounts with their opening balances, into one ledger.
 *
 * Pass 1 reads both files and checks every row; a mistake stops it with nothing stored. Pass 2 posts: the accounts
 * (liabilities, named by their code), their opening balances out of an equity account, then the payments; each in the
 * order of its file, which one queue keeps, so the order of the file is the serial order. Every row has an
 * idempotency key of its own (import-keys.ts): a second import of the same file moves nothing, one that was killed
 * goes on where it stopped. Memory stays bounded: both passes stream, and a window bounds what is on its way.
 *
 * An account whose code is taken by one that this file did not open is refused and gets no opening balance.
 */
import type { Actor, CreateAccount, CreateTransfer } from '../command.ts';
import type { ItemResult } from '../fold.ts';
import type { Engine } from '../use-case.ts';
import type { AccountField, Mapping, PaymentField } from './columns.ts';
import { accountsOf, paymentsOf } from './file-reader.ts';
import { type ImportFile, MalformedFile } from './import-file.ts';
import { accountKey, idOfDigest, openingKey, paymentKey } from './import-keys.ts';
import { LineSet } from './line-set.ts';
import { ensureOpeningAccount } from './opening-account.ts';
import { check, type OnProgress, post } from './passes.ts';
import type { NewAccount } from './read-row.ts';
import { SeenCodes } from './seen-codes.ts';
import { count, emptyTally, type Tally } from './tally.ts';

export interface ImportRequest {
  readonly ledgerId: number;
  readonly actor: Actor;
  readonly requestId: string;
  readonly payments: ImportFile;
  readonly paymentMapping: Mapping<PaymentField>;
  readonly accounts: ImportFile | undefined;
  readonly accountMapping: Mapping<AccountField>;
  readonly currency: string;
  /** Of the accounts to open, minor units; null for none. */
  readonly floor: bigint | null;
  /** Stands for the files in the idempotency keys; undefined: the beginning of each file's SHA-256. */
  readonly id: string | undefined;
  readonly patienceMs: number;
  /** Stops after what is in flight. */
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

export interface ImportReport {
  readonly id: string;
  readonly accounts: Tally;
  readonly openings: Tally;
  readonly payments: Tally;
  /** Opening balances of accounts that were refused. */
  readonly openingsLeftOut: number;
  /** Payments whose time is no token and was not kept. */
  readonly timesLeftOut: number;
  readonly interrupted: boolean;
  /** Of the second pass, milliseconds. */
  readonly postingMs: number;
}

export async function importFiles(engine: Engine, request: ImportRequest): Promise<ImportReport> {
  const { currency, signal } = request;
  const payments = paymentsOf(request.payments, request.paymentMapping, currency);
  const accounts = request.accounts && accountsOf(request.accounts, request.accountMapping, currency);
  const report = {
    accounts: emptyTally(),
    openings: emptyTally(),
    payments: emptyTally(),
    openingsLeftOut: 0,
    timesLeftOut: 0,
    postingMs: 0,
  };
  const total = payments.file.bytes + (accounts?.file.bytes ?? 0);
  const seen = new SeenCodes();
  const onAccount = ({ code }: NewAccount, line: number): void => {
    if (!seen.add(code))
      throw new MalformedFile(
        request.accounts?.name ?? '',
        line,
        'account: this code stands in an earlier line',
      );
  };
  const checkedAccounts = accounts && (await check(accounts, request, 0, total, onAccount));
  const checkedPayments = await check(payments, request, accounts?.file.bytes ?? 0, total);
  const id = request.id ?? idOfDigest(checkedPayments.digest);
  const done = (): ImportReport => ({ id, ...report, interrupted: signal.aborted });
  if (signal.aborted) return done();

  const startedMs = performance.now();
  if (accounts && checkedAccounts) {
    const accountsId = request.id ?? idOfDigest(checkedAccounts.digest);
    const refused = new LineSet();
    const opened = (line: number, outcome: ItemResult): void => {
      count(report.accounts, line, outcome);
      if (outcome.kind === 'failed' || outcome.result.code !== '') refused.add(line);
    };
    const opening = await ensureOpeningAccount(engine, request, currency);
    await post(engine, request, {
      phase: 'accounts',
      reader: accounts,
      checked: checkedAccounts,
      intentOf: (account, line) => [accountKey(accountsId, line), accountOf(account, request)],
      onSettled: opened,
    });
    await post(engine, request, {
      phase: 'openings',
      reader: accounts,
      checked: checkedAccounts,
      intentOf: ({ code, openingBalance }, line) => {
        if (openingBalance === 0n) return undefined;
        if (!refused.has(line))
          return [
            openingKey(accountsId, line),
            transferOf(opening, code, openingBalance, currency, undefined),
          ];
        report.openingsLeftOut++;
        return undefined;
      },
      onSettled: (line, outcome) => count(report.openings, line, outcome),
    });
  }
  await post(engine, request, {
    phase: 'payments',
    reader: payments,
    checked: checkedPayments,
    intentOf: ({ debit, credit, amount, time, timeLeftOut }, line) => {
      if (timeLeftOut) report.timesLeftOut++;
      return [paymentKey(id, line), transferOf(debit, credit, amount, currency, time)];
    },
    onSettled: (line, outcome) => count(report.payments, line, outcome),
  });
  report.postingMs = performance.now() - startedMs;
  return done();
}

const accountOf = (
  { code, owner }: NewAccount,
  { currency, floor }: Pick<ImportRequest, 'currency' | 'floor'>,
): CreateAccount => ({
  type: 'account.create',
  code,
  kind: 'liability',
  currency,
  owner,
  settings: { floor, ceiling: null, debitsFrozen: false, creditsFrozen: false, closed: false },
});

const transferOf = (
  debit: string,
  credit: string,
  amount: bigint,
  currency: string,
  time: string | undefined,
): CreateTransfer => {
  const legs = [{ debit, credit, amount, currency }];
  return time === undefined
    ? { type: 'transfer.create', legs }
    : { type: 'transfer.create', legs, sourceTime: time };
};
