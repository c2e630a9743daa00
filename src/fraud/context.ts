/**
 * The context of a transfer: what the client claims about the circumstances. Nobody here has checked it; a decision records it as claimed.
 *
 * Every field may be absent, and is missing then. A field that is there is of its form, or the whole request is malformed: a value
 * that nobody can read is not taken for one that nobody sent.
 */
import { isIPv4, isIPv6 } from 'node:net';
import { err, ok, type Result } from '../kernel/result.ts';
import { DURATION_SECONDS_MAX, isName, type Value, type ValueType } from './value.ts';

export interface ContextField {
  readonly type: ValueType;
  readonly summary: string;
  /** All that a text may be; absent: any name. */
  readonly values?: readonly string[];
  /** Of an integer. */
  readonly max?: number;
  /** Personal data, or near it: stands in the private part of an event alone. */
  readonly isPrivate?: true;
  /** Reads a text of a form of its own; undefined: it is malformed. */
  readonly read?: (text: string) => string | undefined;
  /** The form, for whoever sent another. */
  readonly form?: string;
}

const countryOf = (text: string): string | undefined => (/^[A-Z]{2}$/.test(text) ? text : undefined);
const COUNTRY_FORM = 'two capital letters of ISO 3166-1, such as "IN"';

/** One text for each address: IPv6 as RFC 5952 has it. */
function addressOf(text: string): string | undefined {
  if (isIPv4(text)) return text;
  if (!isIPv6(text) || text.includes('%')) return undefined;
  return new URL(`http://[${text}]`).hostname.slice(1, -1);
}

const FIELDS = {
  channel: {
    type: 'text',
    summary: 'the rail or the channel that the payment came by',
    values: ['upi', 'imps', 'neft', 'rtgs', 'card', 'wallet', 'net_banking', 'branch', 'other'],
  },
  payment: {
    type: 'text',
    summary: 'what the payment is for, or whom',
    values: [
      'person',
      'merchant',
      'bill',
      'own_account',
      'mutual_fund',
      'insurance',
      'card_bill',
      'cash_out',
      'other',
    ],
  },
  recurring: { type: 'boolean', summary: 'made under an e-mandate' },
  payee_trusted: { type: 'boolean', summary: 'the customer put the payee on a list of trusted ones' },
  payee_country: {
    type: 'text',
    summary: 'country of the payee’s account',
    read: countryOf,
    form: COUNTRY_FORM,
  },
  name_screening: {
    type: 'text',
    summary: 'what screening the names of both parties against sanctions lists found',
    values: ['clear', 'possible', 'match'],
  },
  device: { type: 'text', summary: 'the client’s token for the device', isPrivate: true },
  device_binding: {
    type: 'text',
    summary: 'whether the device is bound to the customer',
    values: ['bound', 'lapsed', 'unbound'],
  },
  remote_access: { type: 'boolean', summary: 'the screen is shared or controlled from elsewhere' },
  active_call: { type: 'boolean', summary: 'the customer is on a call' },
  contact_age: { type: 'duration', summary: 'time since the mobile number or the e-mail address changed' },
  address: {
    type: 'text',
    summary: 'network address of the customer',
    isPrivate: true,
    read: addressOf,
    form: 'an IPv4 or IPv6 address',
  },
  country: {
    type: 'text',
    summary: 'country that the customer’s address or device is in',
    isPrivate: true,
    read: countryOf,
    form: COUNTRY_FORM,
  },
  travel_speed: {
    type: 'integer',
    summary: 'km/h between the places of this payment and of the one before',
    max: 100_000,
  },
  telecom_risk: {
    type: 'text',
    summary: 'Financial Fraud Risk Indicator of the Department of Telecommunications for the mobile number',
    values: ['low', 'medium', 'high', 'very_high'],
  },
} as const satisfies Record<string, ContextField>;

export const CONTEXT_FIELDS: ReadonlyMap<string, ContextField> = new Map(Object.entries(FIELDS));

/** Values by the names of the fields; what was not claimed is not in it. */
export type Context = ReadonlyMap<string, Value>;

/** A malformed field, by its name; the empty name: the context itself. */
export interface ContextFlaw {
  readonly field: string;
  readonly message: string;
}

/** Reads what a client sent as context. Fails with every flaw, at most one a field. */
export function readContext(json: unknown): Result<Context, readonly ContextFlaw[]> {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return err([{ field: '', message: 'send an object, or leave it out' }]);
  const context = new Map<string, Value>();
  const flaws: ContextFlaw[] = [];
  for (const [name, sent] of Object.entries(json)) {
    const field = CONTEXT_FIELDS.get(name);
    if (!field) {
      flaws.push({
        field: name.slice(0, 64),
        message: `there is no such field; send ${[...CONTEXT_FIELDS.keys()].join(', ')}`,
      });
      continue;
    }
    const value = readField(field, sent);
    if (value === undefined) flaws.push({ field: name, message: `send ${formOf(field)}` });
    else context.set(name, value);
  }
  return flaws.length === 0 ? ok(context) : err(flaws);
}

/** A duration is sent as whole seconds: clients measure, they do not write rules. */
function readField(field: ContextField, sent: unknown): Value {
  const { type, values, read, max } = field;
  if (type === 'boolean') return typeof sent === 'boolean' ? sent : undefined;
  if (type === 'text') {
    if (typeof sent !== 'string' || sent.length > 64) return undefined;
    if (read) return read(sent);
    return isName(sent) && (values?.includes(sent) ?? true) ? sent : undefined;
  }
  const most = max ?? DURATION_SECONDS_MAX;
  return Number.isInteger(sent) && (sent as number) >= 0 && (sent as number) <= most && !Object.is(sent, -0)
    ? (sent as number)
    : undefined;
}

function formOf({ type, values, form, max }: ContextField): string {
  if (form !== undefined) return form;
  if (values) return `one of ${values.join(', ')}`;
  if (type === 'boolean') return 'true or false';
  if (type === 'text') return '1 to 64 letters, digits and . _ : -, beginning with a letter or digit';
  return type === 'duration' ? 'whole seconds, zero or more' : `a whole number between 0 and ${max}`;
}
