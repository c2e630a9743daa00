/** Facts of what happened before: windows, first times, failed authentications, circles. */
import {
  DIRECTIONS,
  type Direction,
  type Measure,
  type Party,
  SEEN_SUBJECTS,
  type SeenSubject,
} from '../fact.ts';
import type { Shape } from '../node.ts';
import {
  AGE,
  COUNT,
  choice,
  type FactDefinition,
  OF_PARTY,
  type Parameter,
  spanOf,
  TOTAL,
  WITHIN,
} from './definition.ts';

const DIRECTION = choice('direction', DIRECTIONS, 'what leaves or what enters the account');
const ATTEMPTS: Parameter = {
  ...choice('attempts', ['accepted', 'refused'], 'what was posted or held, or what was refused'),
  standard: 'accepted',
};
const NO_ACCOUNT = 'Where the party is no account of this ledger; an empty window is zero.';
const NO_MONEY =
  'Where the party is no account of this ledger, or the transfer is in another currency than the ruleset; an empty window is zero.';

const inWindow = (name: Measure, shape: Shape, summary: string): FactDefinition => ({
  name,
  group: 'window',
  summary,
  missing: shape.type === 'money' ? NO_MONEY : NO_ACCOUNT,
  parameters: name === 'count' ? [OF_PARTY, DIRECTION, WITHIN, ATTEMPTS] : [OF_PARTY, DIRECTION, WITHIN],
  shape,
  need: ({ of, direction, within, attempts }) => ({
    kind: 'window',
    of: of as Party,
    direction: direction as Direction,
    measure: name,
    span: spanOf(within),
    attempts: attempts === 'refused' ? 'refused' : 'accepted',
  }),
});

const WHAT = choice(
  'what',
  SEEN_SUBJECTS,
  'the payee, or the device, address or country that the client claims',
);

export const HISTORY_DEFINITIONS: readonly FactDefinition[] = [
  inWindow(
    'sum',
    TOTAL,
    'sum of the amounts; a hold counts when it is placed, once, and a release gives nothing back',
  ),
  inWindow('count', COUNT, 'number of transfers; refused ones are counted at their payer, so outgoing alone'),
  inWindow('largest', TOTAL, 'the most that one transfer moved'),
  inWindow('counterparties', COUNT, 'number of different accounts and beneficiaries on the other side'),
  inWindow(
    'new_counterparties',
    COUNT,
    'number of those whose first transfer of all with this account, in this direction, lies in the window',
  ),
  {
    name: 'is_new',
    group: 'pair',
    summary: 'no transfer of this payer with this payee, device, address or country was ever accepted',
    missing: 'Where the client claims no device, address or country.',
    parameters: [WHAT],
    shape: { type: 'boolean' },
    need: ({ what }) => ({ kind: 'is_new', what: what as SeenSubject }),
  },
  {
    name: 'first_seen',
    group: 'pair',
    summary:
      'time since the first accepted transfer of this payer with this payee, device, address or country',
    missing: 'Where it is new (`is_new`), or the client claims none.',
    parameters: [WHAT],
    shape: AGE,
    need: ({ what }) => ({ kind: 'first_seen', what: what as SeenSubject }),
  },
  {
    name: 'failed_authentications',
    group: 'pair',
    summary: 'number of codes of the payer’s customer that were refused',
    missing: 'Where the payer’s account has no owner.',
    parameters: [WITHIN],
    shape: COUNT,
    need: ({ within }) => ({ kind: 'failed_authentications', span: spanOf(within) }),
  },
  {
    name: 'cycle',
    group: 'pair',
    summary:
      'money would come back to where it came from: it went from the payee to the payer within the window, directly or over others, in amounts that differ from this one by no more than the tolerance',
    missing:
      'Where the payee is no account of this ledger, or the transfer is in another currency than the ruleset.',
    parameters: [
      WITHIN,
      {
        name: 'tolerance_bps',
        summary: 'basis points of the amount: 1000 are 10 %',
        accepts: { kind: 'integer', min: 0, max: 10_000 },
      },
      {
        name: 'accounts',
        summary: 'how many accounts the circle may have, both parties counted',
        accepts: { kind: 'integer', min: 2, max: 4 },
      },
    ],
    shape: { type: 'boolean' },
    need: ({ within, tolerance_bps: toleranceBps, accounts }) => ({
      kind: 'cycle',
      span: spanOf(within),
      toleranceBps: toleranceBps as number,
      accounts: accounts as number,
    }),
  },
];
