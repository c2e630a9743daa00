/**
 * The one catalogue of what may go wrong and be told to a caller.
 *
 * Four kinds, never mixed: `malformed` (the request alone shows it: nothing stored, key unused), `denied` (who asks
 * may not), `refused` (only the ledger knows: recorded, final for its key), `fault` (the world broke: try again).
 * The order of the refusals is the order in which a transfer, a capture or a reversal is checked. Every code is a page at /docs/errors/{code}.
 */
import { FACTOR_FAILURES } from './failure-factors.ts';
import { FOUR_EYES_FAILURES } from './failure-four-eyes.ts';
import { denied, type Failure, fault, malformed, NEW_KEY, refused, SAME_KEY } from './failure-kind.ts';

export const FAILURES = {
  invalid_json: malformed(400, 'The body is not valid JSON', 'Send one UTF-8 encoded JSON document.'),
  duplicate_json_key: malformed(
    400,
    'An object in the body names a key twice',
    'Name each key once: two readers could take different values.',
  ),
  invalid_request: malformed(
    400,
    'The request does not have the required form',
    'Correct the fields listed in errors. Nothing was stored; an idempotency key stays unused.',
  ),
  personal_data: malformed(
    400,
    'A client-chosen string looks like personal data',
    'Use a random token in its place: codes, references, keys and metadata are kept for ever and may identify nobody.',
  ),
  rate_invalid: malformed(
    400,
    'The rate of the exchange is not acceptable',
    'Send a decimal string above zero such as "83.4525": at most 12 digits before the point and 18 behind it.',
  ),
  same_currency: malformed(
    400,
    'The exchange has the same currency on both sides',
    'Name two different currencies, or move the amount by a leg.',
  ),
  exchange_out_of_range: malformed(
    400,
    'At this rate somebody would receive nothing, or more than one leg may move',
    'Exchange another amount, and check which way round the rate is: units of to_currency for one unit of currency.',
  ),
  idempotency_key_missing: malformed(
    400,
    'The Idempotency-Key header is missing',
    'Name your intent with a unique Idempotency-Key, such as a UUID, and keep it for every retry.',
  ),
  idempotency_key_invalid: malformed(
    400,
    'The Idempotency-Key is not acceptable',
    'Use 1 to 64 characters of A-Z a-z 0-9 . _ : - that begin with a letter or digit, and send the header once.',
  ),
  invalid_cursor: malformed(
    400,
    'The cursor is not valid here',
    'Use a cursor only with the ledger and the filters that it came from, or start without one.',
  ),
  not_found: malformed(
    404,
    'There is nothing at this address',
    'Check the address and the id; ids of other ledgers are unknown here.',
  ),
  tree_too_large: malformed(
    422,
    'The tree is too large to be added up at once',
    'At most 50,000 accounts are added up and 5000 rows answered. Ask for a node further down with under; fewer levels with depth make fewer rows, and add up no fewer accounts. Or read a node of any size page by page, at /v1/accounts/tree/children.',
  ),
  method_not_allowed: malformed(
    405,
    'This address does not take that method',
    'Use a method of the Allow header.',
  ),
  request_timeout: malformed(
    408,
    'The request did not come in time',
    'Send without long pauses; what was not answered may be sent again with the same idempotency keys.',
  ),
  body_too_large: malformed(413, 'The body is too large', 'Send less at once: split a batch into several.'),
  unsupported_media_type: malformed(
    415,
    'The body is not declared as JSON',
    'Send Content-Type: application/json.',
  ),

  unauthenticated: denied(
    401,
    'No valid API key or session came with the request',
    'Send Authorization: Bearer with a key that is neither revoked nor expired, or sign in again.',
  ),
  forbidden: denied(
    403,
    'The API key lacks the scope for this',
    'Use a key that has the scope named in detail.',
  ),
  live_ledger: denied(
    403,
    'The ledger is live: its clock cannot be moved',
    'Create a sandbox ledger with bahi ledger create <name> --sandbox, and use a key of it.',
  ),
  address_not_permitted: denied(
    403,
    'The API key may not be used from this address',
    'Send from a network that the key was made for; name proxies in BAHI_TRUSTED_PROXIES, or rotate the key with other networks.',
  ),
  reauthentication_required: denied(
    401,
    'This takes a session that was begun or renewed a short while ago',
    'Renew the session with a new code (POST /v1/operator/session/renew), then ask again with its new token within max_age seconds.',
  ),
  sign_in_failed: denied(
    401,
    'The sign-in failed',
    'Check name, password and code, which works once: wait for the next one. After ten failures in a row an administrator has to unlock.',
  ),
  invitation_invalid: denied(
    401,
    'The invitation is not valid',
    'Ask for a new one: an invitation works once, for a day, and for the name that it was made for.',
  ),
  rate_limited: denied(
    429,
    'More requests have come from this client or this address than are allowed',
    `${SAME_KEY} after the time in Retry-After: nothing was stored, and the key is unused.`,
  ),
  account_not_permitted: denied(
    403,
    'The API key may open only accounts that grow by credits and have a floor of zero or more',
    'Open a liability, equity or income account with a floor, or use a key with the scope accounts:unrestricted.',
  ),
  bounds_not_permitted: denied(
    403,
    'The API key may not let an account fall below zero, or debits raise it further',
    'Keep the floor at zero or more, or use a key with the scope accounts:unrestricted.',
  ),

  idempotency_key_reused: {
    kind: 'malformed',
    status: 422,
    title: 'The idempotency key was used for another request',
    advice: 'Use a new key for a new intent; send a retry unchanged.',
  },
  group_changed: {
    kind: 'malformed',
    status: 422,
    title: 'The atomic group differs from the one that used these keys',
    advice: 'Repeat the group unchanged, or use new keys for all its items.',
  },

  not_held: refused(
    'The transfer holds nothing',
    `Capture or void only a transfer that was sent with hold and was not refused; then ${NEW_KEY}.`,
  ),
  hold_captured: refused(
    'The hold is captured to its end',
    `Read the transfer for its captures; to move more, place a new hold under a new idempotency key.`,
  ),
  hold_voided: refused(
    'The hold was voided',
    `Its amount is free again: place a new hold under a new idempotency key.`,
  ),
  hold_expired: refused(
    'The hold has expired',
    `Its amount is free again: place a new hold under a new idempotency key.`,
  ),
  capture_amounts_mismatch: refused(
    'The amounts do not fit the legs of the hold',
    `Send one amount for each leg, in the decimals of its currency; then ${NEW_KEY}.`,
  ),
  payments_stopped: refused(
    'The payer has stopped all payments',
    `Ask the customer, who alone lets them go on (POST /v1/customers/{customer}/resume); then ${NEW_KEY}.`,
  ),
  step_up_required: refused(
    'The transfer takes more than the account gives without a second factor',
    `Send it alone, as a plain transfer or a hold, and authorise it with a factor of the owner; then ${NEW_KEY}.`,
  ),
  step_up_impossible: refused(
    'No factor of one customer is enough for what the transfer takes',
    `Send a transfer for each customer who pays: an account without an owner gives no more than step_up_above. Then ${NEW_KEY}.`,
  ),
  capture_exceeds_hold: refused(
    'The capture is larger than what remains of the hold',
    `Capture at most what remains, and the percentage beyond the hold where the payer's account allows one; then ${NEW_KEY}.`,
  ),
  effective_in_future: refused(
    'The effective time is still to come',
    `Leave effective_at out for a transfer of now, or send it when its time has come; for either ${NEW_KEY}.`,
  ),
  effective_too_early: refused(
    'The effective time lies too far back',
    `Name a time within the last ten years; then ${NEW_KEY}.`,
  ),
  period_closed: refused(
    'The books are closed for that time',
    `Name a time from closed_until of the newest close on (GET /v1/periods), or leave effective_at out; then ${NEW_KEY}.`,
  ),
  not_posted: refused(
    'The transfer moved nothing that could be reversed',
    `Reverse what was posted: a capture of the hold, or the execution of the scheduled transfer; then ${NEW_KEY}.`,
  ),
  reversal_of_reversal: refused(
    'The transfer is a reversal itself',
    `Send the transfer that you want anew under a new idempotency key: a reversal is not taken back.`,
  ),
  already_reversed: refused(
    'The transfer is reversed to its end',
    `Read the transfer for its reversals; to move more, send a transfer under a new idempotency key.`,
  ),
  reversal_amounts_mismatch: refused(
    'The amounts do not fit the legs of the transfer',
    `Send one amount for each leg, in the decimals of its currency, or one for all where they share a currency; then ${NEW_KEY}.`,
  ),
  reversal_exceeds_original: refused(
    'The reversal is larger than what is left of the transfer',
    `Reverse at most what is left; then ${NEW_KEY}.`,
  ),
  not_scheduled: refused(
    'The transfer was not scheduled',
    `Cancel only a transfer that was sent with scheduled_for and was not refused; then ${NEW_KEY}.`,
  ),
  schedule_executed: refused(
    'The scheduled transfer was executed',
    `Read it for its execution; to take that back, reverse the transfer that it was executed as, under a new idempotency key.`,
  ),
  schedule_execution_refused: refused(
    'The scheduled transfer was refused at its time',
    `Read it for the reason; nothing has moved. To try again, send the transfer under a new idempotency key.`,
  ),
  schedule_canceled: refused(
    'The scheduled transfer was canceled',
    `Nothing is left to cancel; to move the amount, send a transfer under a new idempotency key.`,
  ),
  schedule_out_of_bounds: refused(
    'The transfer is scheduled for a time that is past, or more than 366 days away',
    `Choose a time after now and within 366 days; then ${NEW_KEY}.`,
  ),
  account_unknown: refused(
    'An account is not known in this ledger',
    `Check the id or code of the account; then ${NEW_KEY}.`,
  ),
  same_account: refused('Both sides name the same account', `Name two different accounts; then ${NEW_KEY}.`),
  debit_not_permitted: refused(
    'The API key may debit only accounts that have an owner, grow by credits and have a floor',
    `Use a key with the scope transfers:unrestricted; then ${NEW_KEY}.`,
  ),
  account_closed: refused('An account is closed', `Use an open account; then ${NEW_KEY}.`),
  debits_frozen: refused(
    'The debit account is frozen for debits',
    `Wait until the freeze is lifted; then ${NEW_KEY}.`,
  ),
  credits_frozen: refused(
    'The credit account is frozen for credits',
    `Wait until the freeze is lifted; then ${NEW_KEY}.`,
  ),
  currency_mismatch: refused(
    'An account is kept in another currency',
    `Use accounts in the currency of the leg; then ${NEW_KEY}.`,
  ),
  floor_breached: refused(
    'An account would fall below its floor',
    `Provide funds or move less; then ${NEW_KEY}.`,
  ),
  ceiling_breached: refused(
    'An account would rise above its ceiling',
    `Make room or move less; then ${NEW_KEY}.`,
  ),
  totals_exceeded: refused(
    'The cumulative total of an account would exceed what the ledger can count',
    `Open a successor account; then ${NEW_KEY}.`,
  ),
  limit_exceeded: refused(
    'A limit of an account would be exceeded',
    `See limit for what is left and when its window ends; move less or wait, then ${NEW_KEY}.`,
  ),
  linked_item_refused: refused(
    'Another item of the same atomic group was refused',
    `Correct the refused item; then send the group under new keys.`,
  ),
  code_taken: refused(
    'The code is taken by another account of this ledger',
    `Choose another code; then ${NEW_KEY}.`,
  ),
  account_not_empty: refused(
    'Only an account with a zero balance and without holds can be closed',
    `Move the balance away, and capture or void the holds; then ${NEW_KEY}.`,
  ),
  floor_above_ceiling: refused(
    'The floor of the account would stand above its ceiling',
    `Change both bounds in one request, or name another amount; then ${NEW_KEY}.`,
  ),
  period_in_future: refused(
    'The books are closed up to a moment that has passed',
    `Name a time up to now, or come back when it has passed; for either ${NEW_KEY}.`,
  ),
  period_not_later: refused(
    'The books are closed for that time already',
    `Name a time later than closed_until of the newest close (GET /v1/periods); then ${NEW_KEY}.`,
  ),
  period_carrying: refused(
    'The balances of the close before are still being carried forward',
    `Wait until its status is carried (GET /v1/periods); then ${NEW_KEY}.`,
  ),
  clock_out_of_range: refused(
    'The clock moves forward only, and never beyond the year 2099',
    `Name a time that is still to come on the clock of the ledger; then ${NEW_KEY}.`,
  ),
  key_not_current: refused(
    'The API key has ended or has a successor already',
    `Rotate the newest of its successors, or create a key; then ${NEW_KEY}.`,
  ),
  ...FACTOR_FAILURES,
  ...FOUR_EYES_FAILURES,
  name_taken: refused('The name is taken', `Choose another name; then ${NEW_KEY}.`),
  pool_name_taken: refused(
    'The name is taken by another pool of this ledger',
    `Choose another name; then ${NEW_KEY}.`,
  ),
  pool_too_large: refused(
    'The pool would have more than 500 accounts',
    `Split it into several pools, or name the owner before so many accounts are open; then ${NEW_KEY}.`,
  ),
  too_many_pools: refused(
    'An account would be in more than four pools',
    `Take it out of another pool, or put the limits into a pool that it is in; then ${NEW_KEY}.`,
  ),

  overloaded: fault(503, 'More work is waiting than may wait', `${SAME_KEY} after the time in Retry-After.`),
  database_unavailable: fault(
    503,
    'The database does not answer',
    `${SAME_KEY} after the time in Retry-After; nothing was stored.`,
  ),
  storage_full: fault(
    503,
    'The database has no room left',
    `${SAME_KEY} after the time in Retry-After; nothing was stored.`,
  ),
  outcome_unknown: fault(
    503,
    'The outcome is not known yet',
    `${SAME_KEY}: it finds the outcome or completes it, once.`,
  ),
  ledger_halted: fault(
    503,
    'Posting to this ledger is halted',
    'An operator has to look: the stored log does not continue what this server acknowledged.',
  ),
  shutting_down: fault(
    503,
    'The server is shutting down',
    `${SAME_KEY}; another process or the restarted one will answer.`,
  ),
  internal: fault(
    500,
    'Something is wrong on our side',
    'Report the request id; a retry with the same idempotency key is safe.',
  ),
} as const satisfies Record<string, Failure>;

export type FailureCode = keyof typeof FAILURES;
export type RefusalCode = {
  [C in FailureCode]: (typeof FAILURES)[C]['kind'] extends 'refused' ? C : never;
}[FailureCode];

export const FAILURE_CODES = Object.keys(FAILURES) as FailureCode[];

export const isFailureCode = (text: string): text is FailureCode => Object.hasOwn(FAILURES, text);

/** One thing that is wrong with a request: where (JSON pointer, RFC 6901, or a header or column name) and what to do. */
export interface FieldError {
  readonly pointer: string;
  readonly message: string;
}

/** A failure on its way to a caller who is still waiting; the adapters map it (RFC 9457, exit code). */
export class FailureError extends Error {
  override readonly name = 'FailureError';
  readonly code: FailureCode;
  readonly detail: string | undefined;
  readonly errors: readonly FieldError[];
  constructor(code: FailureCode, detail?: string, errors: readonly FieldError[] = []) {
    super(detail ?? FAILURES[code].title);
    this.code = code;
    this.detail = detail;
    this.errors = errors;
  }
}
