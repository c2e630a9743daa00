/** The commands about factors that events record, as command-of-event.ts does it for all others. */
import type { Proof } from '../../identity/factor.ts';
import type { FactorCommand } from '../customers/factor-command.ts';
import {
  count,
  flag,
  idOf,
  list,
  type Members,
  object,
  optionalText,
  text,
  unreadable,
} from './event-members.ts';

/** Undefined where the type is none about factors. Fails with UnreadableEvent. */
export function factorCommandOf(type: string, ledgerId: number, data: Members): FactorCommand | undefined {
  switch (type) {
    case 'factor.enrol':
      return {
        type,
        customer: text(data, 'customer'),
        enrolment: {
          label: optionalText(data, 'label') ?? null,
          seedDigest: text(data, 'seed_digest'),
          confirmWithinSeconds: count(data, 'confirm_within_seconds'),
          proof: proofOf(ledgerId, data),
        },
      };
    case 'factor.confirm':
      return {
        type,
        customer: text(data, 'customer'),
        confirmation: {
          factor: idOf('fac', ledgerId, data, 'factor'),
          timeStep: stepOf(data),
          recoveryHashes: list(data['recovery_hashes'], 'recovery_hashes').map((hash) =>
            typeof hash === 'string' ? hash : unreadable('recovery_hashes'),
          ),
          waitSeconds: count(data, 'wait_seconds'),
        },
      };
    case 'factor.remove':
      return {
        type,
        customer: text(data, 'customer'),
        factor: idOf('fac', ledgerId, data, 'factor'),
        timeStep: stepOf(data),
      };
    default:
      return undefined;
  }
}

const stepOf = (data: Members): number | null =>
  data['time_step'] === undefined ? null : count(data, 'time_step');

function proofOf(ledgerId: number, data: Members): Proof | undefined {
  const recoveryHash = optionalText(data, 'recovery_hash');
  if (recoveryHash !== undefined) return { by: 'recovery', recoveryHash };
  if (data['vouched_by'] === undefined) return undefined;
  const by = object(data['vouched_by'], 'vouched_by');
  return {
    by: 'factor',
    factor: idOf('fac', ledgerId, by, 'factor'),
    timeStep: stepOf(by),
    replace: by['replace'] === undefined ? false : flag(by, 'replace'),
  };
}
