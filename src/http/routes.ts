/**
 * The routes: method, path, use case. Everything under /v1 that reads or changes a ledger stands here.
 *
 * `bindRoutes` joins the table with the use cases and refuses at the start what must never be served: a route without
 * its use case, a GET that changes something, a change that is no use case, a path parameter that its input does
 * not know.
 */
import { z } from 'zod';
import type { UseCase } from '../engine/use-case.ts';
import { assert } from '../kernel/assert.ts';
import type { RefusalCode } from '../kernel/failure.ts';
import type { Realm } from './authenticate.ts';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** OpenAPI's form: /v1/accounts/{id}. */
  readonly path: string;
  readonly useCase: string;
  readonly realm: Realm;
  readonly bodyBytesMax: number;
  /** Where the thing that a 201 created is read: this path and its id. */
  readonly location?: string;
  /** What the ledger may answer in place of doing it, in the order of the checks. */
  readonly refusals: readonly RefusalCode[];
}

export interface BoundRoute extends Route {
  readonly run: UseCase;
  readonly input: z.ZodObject;
  readonly pathParams: readonly string[];
}

const MIB = 1024 * 1024;

const TRANSFER_REFUSALS: readonly RefusalCode[] = [
  'effective_in_future',
  'effective_too_early',
  'period_closed',
  'payments_stopped',
  'step_up_required',
  'step_up_impossible',
  'account_unknown',
  'same_account',
  'debit_not_permitted',
  'account_closed',
  'debits_frozen',
  'credits_frozen',
  'currency_mismatch',
  'floor_breached',
  'ceiling_breached',
  'totals_exceeded',
  'limit_exceeded',
];

const CAPTURE_REFUSALS: readonly RefusalCode[] = [
  'not_held',
  'hold_captured',
  'hold_voided',
  'hold_expired',
  'capture_amounts_mismatch',
  'payments_stopped',
  'step_up_required',
  'capture_exceeds_hold',
  'debit_not_permitted',
  'debits_frozen',
  'credits_frozen',
  'floor_breached',
  'ceiling_breached',
  'totals_exceeded',
  'limit_exceeded',
];

/** Of what customers pay, not of corrections. */
const ASKED_OF_CUSTOMERS: readonly RefusalCode[] = [
  'payments_stopped',
  'step_up_required',
  'step_up_impossible',
];

const AUTHORIZATION_REFUSALS: readonly RefusalCode[] = [
  'not_held',
  'hold_captured',
  'hold_voided',
  'hold_expired',
  'payments_stopped',
  'step_up_impossible',
  'factor_not_active',
  'authorization_waiting',
  'factor_waiting',
  'factor_locked',
  'code_mismatch',
  'code_used',
  'debit_not_permitted',
  'debits_frozen',
  'credits_frozen',
  'limit_exceeded',
];

const REVERSAL_REFUSALS: readonly RefusalCode[] = [
  'effective_in_future',
  'effective_too_early',
  'period_closed',
  'not_posted',
  'reversal_of_reversal',
  'already_reversed',
  'reversal_amounts_mismatch',
  'reversal_exceeds_original',
  'debit_not_permitted',
  'account_closed',
  'debits_frozen',
  'credits_frozen',
  'floor_breached',
  'ceiling_breached',
  'totals_exceeded',
  'limit_exceeded',
];

/** How an enrolment, a confirmation and a removal may be refused, in the order of the checks. */
const FACTOR_REFUSALS = {
  enrol: [
    'factor_proof_required',
    'too_many_factors',
    'factor_not_active',
    'factor_locked',
    'code_mismatch',
    'code_used',
    'recovery_code_invalid',
  ],
  confirm: ['factor_not_pending', 'factor_locked', 'code_mismatch'],
  remove: ['factor_not_active', 'factor_locked', 'code_mismatch', 'code_used'],
} as const satisfies Readonly<Record<string, readonly RefusalCode[]>>;

const RESUMPTION_REFUSALS: readonly RefusalCode[] = [
  'payments_not_stopped',
  'factor_code_required',
  'factor_not_active',
  'factor_waiting',
  'factor_locked',
  'code_mismatch',
  'code_used',
];

const query = (path: string, useCase: string, realm: Realm = 'ledger'): Route => ({
  method: 'GET',
  path,
  useCase,
  realm,
  bodyBytesMax: 0,
  refusals: [],
});

const change = (
  method: 'POST' | 'PATCH',
  path: string,
  useCase: string,
  more: Partial<Pick<Route, 'bodyBytesMax' | 'location' | 'refusals'>>,
): Route => ({ method, path, useCase, realm: 'ledger', bodyBytesMax: MIB, refusals: [], ...more });

/** Short bodies: nobody is known yet who sends them. */
const ofOperators = (path: string, useCase: string): Route => ({
  method: 'POST',
  path,
  useCase,
  realm: 'operator',
  bodyBytesMax: 16_384,
  refusals: [],
});

export const ROUTES: readonly Route[] = [
  change('POST', '/v1/accounts', 'account.create', { location: '/v1/accounts', refusals: ['code_taken'] }),
  query('/v1/accounts', 'account.list'),
  query('/v1/accounts/tree', 'account.tree'),
  query('/v1/accounts/tree/children', 'account.children'),
  query('/v1/accounts/{id}', 'account.get'),
  change('PATCH', '/v1/accounts/{id}', 'account.update', {
    refusals: ['account_not_empty', 'floor_above_ceiling'],
  }),
  query('/v1/accounts/{id}/entries', 'account.entries'),
  query('/v1/accounts/{id}/statement', 'account.statement'),
  query('/v1/accounts/{id}/limits', 'account.limits'),
  change('POST', '/v1/pools', 'pool.create', {
    location: '/v1/pools',
    refusals: ['pool_name_taken', 'pool_too_large', 'too_many_pools'],
  }),
  query('/v1/pools', 'pool.list'),
  query('/v1/pools/{id}', 'pool.get'),
  change('PATCH', '/v1/pools/{id}', 'pool.update', { refusals: ['pool_too_large', 'too_many_pools'] }),
  change('POST', '/v1/transfers', 'transfer.create', {
    location: '/v1/transfers',
    refusals: ['schedule_out_of_bounds', ...TRANSFER_REFUSALS],
  }),
  query('/v1/transfers', 'transfer.list'),
  change('POST', '/v1/transfers/batch', 'transfer.batch', { bodyBytesMax: 8 * MIB }),
  change('POST', '/v1/transfers/adjustments', 'transfer.adjust', {
    location: '/v1/transfers',
    // Its scope may debit every account.
    refusals: TRANSFER_REFUSALS.filter(
      (code) => code !== 'debit_not_permitted' && !ASKED_OF_CUSTOMERS.includes(code),
    ),
  }),
  query('/v1/transfers/{id}', 'transfer.get'),
  change('POST', '/v1/transfers/{id}/reversals', 'transfer.reverse', {
    location: '/v1/transfers',
    refusals: REVERSAL_REFUSALS,
  }),
  change('POST', '/v1/transfers/{id}/captures', 'transfer.capture', {
    location: '/v1/transfers',
    refusals: CAPTURE_REFUSALS,
  }),
  change('POST', '/v1/transfers/{id}/authorize', 'transfer.authorize', {
    location: '/v1/transfers',
    refusals: AUTHORIZATION_REFUSALS,
  }),
  change('POST', '/v1/transfers/{id}/void', 'transfer.void', {
    refusals: ['not_held', 'hold_captured', 'hold_voided', 'hold_expired'],
  }),
  change('POST', '/v1/customers/{customer}/factors', 'factor.enrol', { refusals: FACTOR_REFUSALS.enrol }),
  query('/v1/customers/{customer}/factors', 'factor.list'),
  query('/v1/customers/changes', 'customer.changes'),
  query('/v1/customers/{customer}', 'customer.get'),
  change('POST', '/v1/customers/{customer}/stop', 'customer.stop', {}),
  change('POST', '/v1/customers/{customer}/resume', 'customer.resume', { refusals: RESUMPTION_REFUSALS }),
  change('POST', '/v1/customers/{customer}/factors/{id}/confirm', 'factor.confirm', {
    refusals: FACTOR_REFUSALS.confirm,
  }),
  change('POST', '/v1/customers/{customer}/factors/{id}/remove', 'factor.remove', {
    refusals: FACTOR_REFUSALS.remove,
  }),
  change('POST', '/v1/periods', 'period.close', {
    refusals: ['period_in_future', 'period_not_later', 'period_carrying'],
  }),
  query('/v1/periods', 'period.list'),
  query('/v1/periods/{id}/balances', 'period.balances'),
  query('/v1/approval-policy', 'policy.get'),
  query('/v1/proposals', 'proposal.list'),
  query('/v1/proposals/{id}', 'proposal.get'),
  change('POST', '/v1/proposals/{id}/approve', 'proposal.approve', {}),
  change('POST', '/v1/proposals/{id}/reject', 'proposal.reject', {}),
  query('/v1/sandbox/clock', 'clock.get'),
  change('POST', '/v1/sandbox/clock', 'clock.move', { refusals: ['clock_out_of_range'] }),
  change('POST', '/v1/transfers/{id}/cancel', 'transfer.cancel', {
    refusals: ['not_scheduled', 'schedule_executed', 'schedule_execution_refused', 'schedule_canceled'],
  }),
  query('/v1/audit/checkpoint', 'audit.checkpoint'),
  query('/v1/audit/proofs/inclusion', 'audit.inclusion'),
  query('/v1/audit/proofs/consistency', 'audit.consistency'),
  query('/v1/ledgers', 'ledger.list', 'installation'),
  ofOperators('/v1/operator/enrolment', 'operator.begin_enrolment'),
  ofOperators('/v1/operator/enrolment/confirm', 'operator.confirm_enrolment'),
  ofOperators('/v1/operator/sessions', 'operator.sign_in'),
  query('/v1/operator/sessions', 'session.list', 'operator'),
  ofOperators('/v1/operator/sessions/{id}/end', 'session.end'),
  ofOperators('/v1/operator/session/renew', 'session.renew'),
  ofOperators('/v1/operator/authenticator', 'operator.begin_authenticator'),
  ofOperators('/v1/operator/factors', 'operator.change_factors'),
  ofOperators('/v1/operator/password', 'operator.set_password'),
  query('/v1/operators', 'operator.list', 'operator'),
  query('/v1/operators/{id}/sessions', 'operator.sessions', 'operator'),
  ofOperators('/v1/operators/{id}/sessions/end', 'operator.end_sessions'),
];

/** Throws InvariantViolation: the table is ours. */
export function bindRoutes(routes: readonly Route[], useCases: readonly UseCase[]): BoundRoute[] {
  const byName = new Map(useCases.map((useCase) => [useCase.name, useCase]));
  assert(byName.size === useCases.length, 'every use case has a name of its own');
  return routes.map((route) => {
    const where = `${route.method} ${route.path}`;
    const run = byName.get(route.useCase);
    assert(run !== undefined, `${where} has a use case`);
    assert(
      (run.kind === 'query') === (route.method === 'GET'),
      `${where} changes something exactly if it is no GET`,
    );
    assert(run.permission !== 'shell', `${run.name} is not for the command line alone`);
    const { input } = run;
    assert(input instanceof z.ZodObject, `the input of ${run.name} is one flat object`);
    const pathParams = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string);
    for (const name of pathParams) assert(name in input.shape, `the input of ${run.name} has ${name}`);
    return { ...route, run, input, pathParams };
  });
}

/** Hono's form of a path. */
export const honoPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');
