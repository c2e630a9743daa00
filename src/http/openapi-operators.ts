/**
 * Examples of the operations of operators. Their answers hold tokens and secrets that are random, so they are written here
 * and not computed; a test holds each against the schema of its operation.
 */
import type { UseCase } from '../engine/use-case.ts';
import { FRESH_SECONDS } from '../identity/operator-change.ts';
import { rolesWith } from '../identity/role.ts';
import type { ExampleInput } from './openapi-requests.ts';
import { LEDGER_HEADER } from './operator-session.ts';
import type { Route } from './routes.ts';

const OPERATOR = 'opr_0000000000000001';
const SESSION = 'ses_0000000000000003';
const INVITATION = 'bahi_inv_4f0q7m2k9s1c8v3t6d5r0p2a7e8rp9k2d';
const PASSWORD = 'a tin of blue paint in the monsoon';
const SECRET = 'BLMZWXD7C3EXHY6KULCWFRDGRRZORD6L';
const ENROLMENT = 'AXv0c2VhbGVkIHNlZWQgb2YgdGhlIGV4YW1wbGU';

/** One that is not carried out. */
export interface WrittenExample {
  readonly status: number;
  readonly input: ExampleInput;
  readonly answer: Readonly<Record<string, unknown>>;
}

const page = (data: readonly object[]) => ({
  data,
  has_more: false,
  next_cursor: null,
  previous_cursor: null,
});

export const OPERATOR_EXAMPLES: Readonly<Record<string, WrittenExample>> = {
  'operator.begin_enrolment': {
    status: 200,
    input: { body: { name: 'asha', invitation: INVITATION } },
    answer: {
      secret: SECRET,
      otpauth_uri: `otpauth://totp/Bahi:asha?secret=${SECRET}&issuer=Bahi`,
      enrolment: ENROLMENT,
    },
  },
  'operator.confirm_enrolment': {
    status: 201,
    input: {
      body: {
        name: 'asha',
        invitation: INVITATION,
        enrolment: ENROLMENT,
        password: PASSWORD,
        code: '492039',
      },
    },
    answer: {
      id: OPERATOR,
      name: 'asha',
      grants: [{ role: 'admin', ledger: null }],
      recovery_codes: ['4f0q7m2-k9s1c8v-3t6d5r0-p2a7e8r', '9k2d0v7-m3c5s1t-8q6f4r2-a0e7p9b'],
    },
  },
  'operator.sign_in': {
    status: 201,
    input: { body: { name: 'asha', password: PASSWORD, code: '518406' } },
    answer: {
      token: 'bahi_op_0000000014f0q7m2k9s1c8v3t6d5r0p2a7e8rp9k2d',
      id: SESSION,
      operator: OPERATOR,
      name: 'asha',
      grants: [{ role: 'admin', ledger: null }],
      expires_at: '2026-11-02T21:30:00.000000Z',
    },
  },
  'operator.list': {
    status: 200,
    input: {},
    answer: page([
      {
        id: OPERATOR,
        name: 'asha',
        grants: [
          { role: 'support', ledger: null },
          { role: 'compliance', ledger: 'ldg_0k3m9c2' },
        ],
        status: 'enrolled',
        locked: false,
        recovery_codes_left: 10,
      },
    ]),
  },
  'session.renew': {
    status: 200,
    input: { body: { code: '930417' } },
    answer: {
      token: 'bahi_op_0000000012a8e7p0r5d6t3v8c1s9k2m7q0f4rp9k2d',
      id: 'ses_0000000000000009',
      expires_at: '2026-11-02T21:30:00.000000Z',
    },
  },
  'operator.begin_authenticator': {
    status: 200,
    input: { body: {} },
    answer: {
      secret: SECRET,
      otpauth_uri: `otpauth://totp/Bahi:asha?secret=${SECRET}&issuer=Bahi`,
      enrolment: ENROLMENT,
    },
  },
  'operator.change_factors': {
    status: 200,
    input: {
      body: { password: PASSWORD, code: '930417', new_password: 'nine green parrots over the river' },
    },
    answer: {
      token: 'bahi_op_0000000012a8e7p0r5d6t3v8c1s9k2m7q0f4rp9k2d',
      id: 'ses_0000000000000009',
      expires_at: '2026-11-02T21:30:00.000000Z',
    },
  },
  'operator.set_password': {
    status: 200,
    input: { body: { name: 'asha', reset: INVITATION, password: PASSWORD, code: '604172' } },
    answer: { id: OPERATOR, name: 'asha', changed_at: '2026-11-02T17:02:11.480213Z' },
  },
  'operator.sessions': {
    status: 200,
    input: { params: { id: OPERATOR } },
    answer: page([
      {
        id: SESSION,
        started_at: '2026-11-02T09:30:00.000000Z',
        expires_at: '2026-11-02T21:30:00.000000Z',
        idle_expires_at: '2026-11-02T09:45:00.000000Z',
        current: false,
      },
    ]),
  },
  'operator.end_sessions': {
    status: 200,
    input: { params: { id: OPERATOR }, body: {} },
    answer: { id: OPERATOR, ended_at: '2026-11-02T17:02:11.480213Z' },
  },
  'session.list': {
    status: 200,
    input: {},
    answer: page([
      {
        id: SESSION,
        started_at: '2026-11-02T09:30:00.000000Z',
        expires_at: '2026-11-02T21:30:00.000000Z',
        idle_expires_at: '2026-11-02T09:45:00.000000Z',
        current: true,
      },
    ]),
  },
  'session.end': {
    status: 200,
    input: { params: { id: SESSION }, body: {} },
    answer: { id: SESSION, ended_at: '2026-11-02T17:02:11.480213Z' },
  },
};

/** What one needs, in words and for programs. */
export function needs(route: Pick<Route, 'realm'>, { permission, fresh }: UseCase): Record<string, unknown> {
  if (permission === 'anyone') return { description: 'Needs nothing but what is sent.', security: [] };
  const roles = rolesWith(permission);
  const session = roles.length === 0 ? [] : [{ operatorSession: [] }];
  const key = route.realm === 'operator' ? [] : [{ apiKey: [] }];
  return {
    description: [
      ...(key.length === 0
        ? []
        : [
            `Needs the scope \`${permission}\`${route.realm === 'installation' ? ' of a key of the installation' : ''}.`,
          ]),
      ...(roles.length === 0
        ? []
        : [
            `Operators: \`${permission}\`, which the roles ${roles.join(', ')} have${route.realm === 'ledger' ? `, for the installation or for the ledger that ${LEDGER_HEADER} names` : ''}.`,
          ]),
      ...(fresh ? [`The session was begun or renewed in the last ${FRESH_SECONDS} seconds.`] : []),
    ].join('\n\n'),
    security: [...key, ...session],
    'x-permission': permission,
    'x-roles': roles,
  };
}

export const LEDGER_PARAMETER = {
  name: LEDGER_HEADER,
  in: 'header',
  required: false,
  description: 'For operators: the ledger, by id or name. An API key has its own.',
  schema: { type: 'string' },
};
