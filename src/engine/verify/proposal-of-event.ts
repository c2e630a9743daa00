/** Policies and proposals that events record, as command-of-event.ts does it for all others. */
import type { EventRecord } from '../../audit/event.ts';
import { type PolicyRule, RULE_ACTIONS } from '../../identity/four-eyes.ts';
import { exponentOf } from '../../kernel/currency.ts';
import { parseBound } from '../../kernel/money.ts';
import type { SetPolicy } from '../proposals/proposal-command.ts';
import { count, currencyOf, list, type Members, object, text, unreadable } from './event-members.ts';

/** The operations that may be proposed; a proposal of a proposal would be read without end. */
const OPERATIONS = ['transfer.create', 'transfer.adjust', 'account.update', 'pool.update', 'policy.set'];

/** What was proposed, as the event of it would say it. */
export function proposedEvent(event: EventRecord): EventRecord {
  const type = text(event.data, 'operation');
  if (!OPERATIONS.includes(type)) unreadable('operation');
  return { ...event, type, data: object(event.data['command'], 'command') };
}

export const policyCommandOf = (data: Members): SetPolicy => ({
  type: 'policy.set',
  expirySeconds: count(data, 'expires_in_seconds'),
  rules: list(data['rules'], 'rules').map((rule) => ruleOf(object(rule, 'rules'))),
});

function ruleOf(rule: Members): PolicyRule {
  const action = RULE_ACTIONS.find((one) => one === rule['action']) ?? unreadable('action');
  if (rule['above'] === undefined) return { action };
  const currency = currencyOf(rule);
  const amount = parseBound(text(rule, 'above'), exponentOf(currency));
  return { action, above: { currency, amount: amount.ok ? amount.value : unreadable('above') } };
}
