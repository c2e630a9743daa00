/** Accounts as the rows of the table write them, and as the engine is asked for them. */
import type { CreateAccount, UpdateAccount } from '../../src/engine/command.ts';
import { termsOf } from '../../src/engine/limit-wire.ts';
import { exponentOf } from '../../src/kernel/currency.ts';
import { parseBound } from '../../src/kernel/money.ts';
import type { AccountBody, UpdateBody } from './table.ts';

function minorOf(text: string | null | undefined, currency: string): bigint | null {
  const parsed = text === null || text === undefined ? undefined : parseBound(text, exponentOf(currency));
  return parsed?.ok ? parsed.value : null;
}

/** Basis points of a percentage. */
const bpsOf = (percent: string): number => Math.round(Number(percent) * 100);

export function openingOf({
  code,
  kind,
  currency,
  owner,
  floor,
  ceiling,
  ...frozen
}: AccountBody): CreateAccount {
  const percent = frozen.over_capture_percent;
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
      ...(percent === undefined ? {} : { overCaptureBps: bpsOf(percent) }),
    },
  };
}

export function changeOf(
  {
    debits_frozen: debitsFrozen,
    credits_frozen: creditsFrozen,
    over_capture_percent: percent,
    step_up_above: stepUpAbove,
    floor,
    ceiling,
    closed,
    limits,
  }: UpdateBody,
  currency: string,
): UpdateAccount['change'] {
  return {
    ...(floor === undefined ? {} : { floor: minorOf(floor, currency) }),
    ...(ceiling === undefined ? {} : { ceiling: minorOf(ceiling, currency) }),
    ...(debitsFrozen === undefined ? {} : { debitsFrozen }),
    ...(creditsFrozen === undefined ? {} : { creditsFrozen }),
    ...(closed === undefined ? {} : { closed }),
    ...(percent === undefined ? {} : { overCaptureBps: percent === null ? null : bpsOf(percent) }),
    ...(stepUpAbove === undefined ? {} : { stepUpAbove: minorOf(stepUpAbove, currency) }),
    ...(limits === undefined ? {} : { limits: termsOf([...limits], currency) }),
  };
}
