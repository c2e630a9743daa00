/**
 * Examples of the operations on customers' factors. Their answers hold secrets that are random, so they are written here and
 * not computed; a test holds each against the schema of its operation.
 */
import type { WrittenExample } from './openapi-operators.ts';

const CUSTOMER = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';
const FACTOR = 'fac_0k8l6s20000000as';
const SECRET = 'BLMZWXD7C3EXHY6KULCWFRDGRRZORD6L';

export const FACTOR_EXAMPLES: Readonly<Record<string, WrittenExample>> = {
  'factor.enrol': {
    status: 201,
    input: { params: { customer: CUSTOMER }, body: { type: 'totp', label: 'phone-1' } },
    answer: {
      id: FACTOR,
      type: 'totp',
      status: 'pending',
      secret: SECRET,
      otpauth_uri: `otpauth://totp/Bahi:phone-1?secret=${SECRET}&issuer=Bahi`,
      qr_svg: '<svg viewBox="0 0 45 45" xmlns="http://www.w3.org/2000/svg"><path d="M4 4h1v1H4Z"/></svg>',
      confirm_by: '2026-11-02T09:45:00.000000Z',
    },
  },
  'factor.confirm': {
    status: 200,
    input: { params: { customer: CUSTOMER, id: FACTOR }, body: { code: '492039' } },
    answer: {
      id: FACTOR,
      status: 'active',
      confirmed_at: '2026-11-02T09:31:00.000000Z',
      usable_from: '2026-11-02T21:31:00.000000Z',
      recovery_codes: ['4f0q7m2-k9s1c8v-3t6d5r0-p2a7e8r', '9k2d0v7-m3c5s1t-8q6f4r2-a0e7p9b'],
    },
  },
  'transfer.authorize': {
    status: 201,
    input: {
      params: { id: 'trf_0k8l6s20000000a0' },
      body: {
        factor: FACTOR,
        code: '604172',
        first_factor: { method: 'biometric', at: '2026-11-02T21:40:00Z' },
      },
    },
    answer: {
      id: 'trf_0k8l6s20000000a1',
      status: 'posted',
      captures: 'trf_0k8l6s20000000a0',
      legs: [
        {
          amount: '50000.00',
          credit: 'acc_0k8l6s2000000005',
          credit_code: 'savings-9c21',
          currency: 'INR',
          debit: 'acc_0k8l6s2000000004',
          debit_code: 'savings-7f3a',
        },
      ],
      authorization: {
        customer: CUSTOMER,
        factor: FACTOR,
        first_factor: { method: 'biometric', at: '2026-11-02T21:40:00.000000Z' },
        challenge: '3f9c0b7e5a1d48266c0e94b2f7d81a53',
      },
      released: ['0.00'],
      remaining: ['0.00'],
      posted_at: '2026-11-02T21:40:06.480213Z',
      event_number: '321',
    },
  },
  'factor.remove': {
    status: 200,
    input: { params: { customer: CUSTOMER, id: FACTOR }, body: { code: '604172' } },
    answer: { id: FACTOR, status: 'removed', removed_at: '2026-11-02T17:02:11.480213Z' },
  },
  'customer.stop': {
    status: 200,
    input: { params: { customer: CUSTOMER }, body: {} },
    answer: { customer: CUSTOMER, payments: 'stopped', event_number: '322' },
  },
  'customer.resume': {
    status: 200,
    input: { params: { customer: CUSTOMER }, body: { factor: FACTOR, code: '604172' } },
    answer: {
      customer: CUSTOMER,
      payments: 'running',
      authorizes_from: '2026-11-03T09:31:00.000000Z',
      event_number: '325',
    },
  },
  'customer.get': {
    status: 200,
    input: { params: { customer: CUSTOMER } },
    answer: {
      customer: CUSTOMER,
      payments: 'stopped',
      since: '2026-11-02T21:31:00.000000Z',
      authorizes_from: null,
    },
  },
  'customer.changes': {
    status: 200,
    input: { params: {}, query: { after: '319' } },
    answer: {
      data: [
        {
          event_number: '320',
          at: '2026-11-02T09:31:00.000000Z',
          customer: CUSTOMER,
          type: 'factor.confirm',
          outcome: 'done',
          factor: FACTOR,
        },
        {
          event_number: '322',
          at: '2026-11-02T21:31:00.000000Z',
          customer: CUSTOMER,
          type: 'customer.stop',
          outcome: 'done',
        },
      ],
      has_more: false,
      next_cursor: null,
      previous_cursor: null,
    },
  },
  'factor.list': {
    status: 200,
    input: { params: { customer: CUSTOMER } },
    answer: {
      data: [
        {
          id: FACTOR,
          type: 'totp',
          label: 'phone-1',
          status: 'active',
          vouched_by: 'client',
          replaces: null,
          since: '2026-11-02T09:31:00.000000Z',
          usable_from: '2026-11-02T21:31:00.000000Z',
          last_used_at: '2026-11-02T09:31:00.000000Z',
          locked_until: null,
          blocked: false,
        },
      ],
      has_more: false,
      next_cursor: null,
      previous_cursor: null,
      recovery_codes_left: 10,
    },
  },
};
