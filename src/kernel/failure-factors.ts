/** What may be refused of a customer's factor, in the order of the checks: part of the one catalogue (failure.ts). */
import { ANEW, refused } from './failure-kind.ts';

export const FACTOR_FAILURES = {
  factor_not_pending: refused(
    'The factor does not wait to be confirmed',
    `See its status; a factor is confirmed within a quarter of an hour, and a later enrolment takes its place. Enrol it anew. ${ANEW}`,
  ),
  factor_proof_required: refused(
    'The customer has a factor already',
    `Let a code of that factor vouch for the new one (vouched_by), or a recovery code where it is lost. ${ANEW}`,
  ),
  too_many_factors: refused(
    'The customer has as many factors as a customer may have',
    `Remove one, or let the new one replace the factor that vouches for it. ${ANEW}`,
  ),
  factor_not_active: refused(
    'The factor is none of this customer that is active',
    `See the factors of the customer; confirm a new one first. ${ANEW}`,
  ),
  factor_waiting: refused(
    'The factor is too new to authorise transfers',
    `Wait until usable_from, or use a factor of the customer that has waited. ${ANEW}`,
  ),
  authorization_waiting: refused(
    'The customer authorises nothing yet: a cap was raised, or payments go on again, a short while ago',
    `Wait until authorizes_from of the customer. ${ANEW}`,
  ),
  factor_locked: refused(
    'The factor takes no codes at the moment: too many were wrong',
    `Wait until locked_until; without one only a recovery helps. ${ANEW}`,
  ),
  code_mismatch: refused(
    'The code is not one of this factor and of now',
    `Check which entry of the authenticator app it came from, and the clock of the device. Five wrong codes in a row lock the factor. ${ANEW}`,
  ),
  code_used: refused('The code was used before, or a later one was', `Wait for the next code. ${ANEW}`),
  payments_not_stopped: refused(
    'The payments of the customer are not stopped',
    `Nothing is to be done: they go on. ${ANEW}`,
  ),
  factor_code_required: refused(
    'The customer has a factor: it takes a code of it',
    `Send factor and code of a factor of the customer that has waited (usable_from). ${ANEW}`,
  ),
  recovery_code_invalid: refused(
    'The recovery code is none that is left',
    `Check it for mistakes; each works once, and a recovery takes the place of all others. ${ANEW}`,
  ),
} as const;
