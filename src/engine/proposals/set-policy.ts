/**
 * Says which actions of a ledger need a second person, in place of what held before: at the command line only. Once a policy
 * names an action, the next one needs a second person itself.
 */
import { z } from 'zod';
import type { PolicyRule } from '../../identity/four-eyes.ts';
import { exponentOf, isCurrency } from '../../kernel/currency.ts';
import { FailureError } from '../../kernel/failure.ts';
import { explainMoney, parseBound } from '../../kernel/money.ts';
import { post, requireShell, useCase } from '../use-case.ts';
import { expirySeconds, policy, rule } from './proposal-view.ts';

const RULES_MAX = 200;

export const setPolicy = useCase({
  name: 'policy.set',
  summary: 'Say which actions need a second person',
  permission: 'shell',
  kind: 'command',
  input: z.strictObject({ rules: z.array(rule).max(RULES_MAX), expires_in_seconds: expirySeconds }),
  output: z.strictObject({ ...policy.shape, set_at: z.string(), event_number: z.string() }),
  async run(engine, call) {
    requireShell(call);
    const { rules, expires_in_seconds } = call.input;
    const seen = new Set<string>();
    for (const [i, { action, currency = '' }] of rules.entries()) {
      if (seen.has(`${action} ${currency}`)) throw invalid(i, 'name each action (and currency) once');
      seen.add(`${action} ${currency}`);
    }
    return post(engine, call, {
      type: 'policy.set',
      rules: rules.map(ruleOf),
      expirySeconds: expires_in_seconds,
    });
  },
});

/** Fails with invalid_request. */
function ruleOf({ action, above, currency }: z.output<typeof rule>, i: number): PolicyRule {
  if ((action === 'transfer') !== (above !== undefined) || (above === undefined) !== (currency === undefined))
    throw invalid(i, 'a rule about transfers has above and currency, and no other has');
  if (above === undefined || currency === undefined) return { action };
  if (!isCurrency(currency)) throw invalid(i, `${currency} is no currency of ISO 4217`);
  const amount = parseBound(above, exponentOf(currency));
  if (!amount.ok) throw invalid(i, explainMoney(amount.error, currency, exponentOf(currency)));
  if (amount.value < 0n) throw invalid(i, 'name an amount of zero or more');
  return { action, above: { currency, amount: amount.value } };
}

const invalid = (i: number, message: string): FailureError =>
  new FailureError('invalid_request', undefined, [{ pointer: `/rules/${i}`, message }]);
