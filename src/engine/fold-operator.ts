/** Folding of operators, in the installation's log: who may come in, decided one after the other and exactly. */

import { permissionsBeyond } from '../identity/grant.ts';
import {
  disabledOperator,
  enrolled,
  granted,
  invitedOperator,
  type OperatorState,
  passwordChanged,
  resetPassword,
  revoked,
  sessionEnded,
  sessionsEnded,
  signedIn,
  unlockedOperator,
} from '../identity/operator.ts';
import { factorsChanged, sessionRenewed } from '../identity/operator-change.ts';
import { canonicalJson, type Json } from '../kernel/canonical-json.ts';
import type { FailureCode } from '../kernel/failure.ts';
import { formatId } from '../kernel/id.ts';
import type { Actor } from './command.ts';
import type { Decision, FoldContext } from './fold.ts';
import { type AboutOperator, type OperatorCommand, operatorPayload } from './operators/operator-command.ts';
import { operatorRow } from './operators/operator-row.ts';

export function foldOperator(
  context: FoldContext,
  number: number,
  command: OperatorCommand,
  actor: Actor,
): Decision | FailureCode {
  const payload = operatorPayload(command);
  if (command.type !== 'operator.create') return foldAbout(context, number, command, payload, actor);
  const { state, at } = context;
  const { name, grant, invitationHash, expiresInSeconds } = command;
  if (state.operatorNames.has(name))
    return { outcome: 'refused', code: 'name_taken', data: canonicalJson(payload) };
  const expiresAt = at + expiresInSeconds * 1_000_000;
  keep(context, invitedOperator(number, { name, grants: [grant] }, invitationHash, expiresAt));
  return done(payload);
}

function foldAbout(
  context: FoldContext,
  number: number,
  command: AboutOperator,
  payload: Record<string, Json>,
  actor: Actor,
): Decision | FailureCode {
  const { state, at } = context;
  const operator = state.operators.get(command.operator);
  if (!operator) return 'not_found';
  if (command.type === 'operator.end_sessions' && !mayEndSessions(context, actor)) return 'forbidden';
  const data = { operator: formatId('opr', state.ledgerId, operator.id), ...payload };
  const became = (next: OperatorState | undefined, otherwise: FailureCode): Decision | FailureCode => {
    if (!next) return otherwise;
    keep(context, next);
    return done(data);
  };
  switch (command.type) {
    case 'operator.enrol': {
      const { invitationHash, factors } = command;
      return became(enrolled(operator, invitationHash, factors, number, at), 'invitation_invalid');
    }
    case 'operator.sign_in': {
      const judged = signedIn(operator, command.attempt, number, at);
      if (!judged) return 'sign_in_failed';
      if (judged.next !== operator) keep(context, judged.next);
      return done({ ...data, verdict: judged.verdict });
    }
    case 'operator.reset': {
      const { invitationHash, expiresInSeconds } = command;
      const expiresAt = at + expiresInSeconds * 1_000_000;
      return became(resetPassword(operator, invitationHash, expiresAt, number), 'not_found');
    }
    case 'operator.set_password': {
      const judged = passwordChanged(operator, command.attempt, number, at);
      if (!judged) return 'invitation_invalid';
      if (judged.next !== operator) keep(context, judged.next);
      return done({ ...data, verdict: judged.verdict });
    }
    case 'operator.end_sessions':
      return became(sessionsEnded(operator, number), 'not_found');
    case 'operator.end_session':
      return became(sessionEnded(operator, command.session, number), 'not_found');
    case 'operator.renew_session':
    case 'operator.change_factors': {
      const judged =
        command.type === 'operator.renew_session'
          ? sessionRenewed(operator, command.renewal, number, at)
          : factorsChanged(operator, command.attempt, command.factors, number, at);
      if (!judged) return 'sign_in_failed';
      if (judged.next !== operator) keep(context, judged.next);
      return done({ ...data, verdict: judged.verdict });
    }
    case 'operator.grant':
      return became(granted(operator, command.grant, number), 'not_found');
    case 'operator.revoke':
      return became(revoked(operator, command.ledger, number), 'not_found');
    case 'operator.disable':
      return became(disabledOperator(operator, number), 'not_found');
    case 'operator.unlock':
      return became(unlockedOperator(operator, number), 'not_found');
  }
}

/** Asked again in serial order: whoever lost the role a moment ago ends nobody's sessions. At the shell everything is permitted. */
function mayEndSessions({ state }: FoldContext, { operator }: Actor): boolean {
  if (operator === undefined) return true;
  const asking = state.operators.get(operator);
  return asking?.status === 'enrolled' && permissionsBeyond(asking.grants).includes('sessions:end');
}

const done = (data: Record<string, Json>): Decision => ({
  outcome: 'done',
  code: '',
  data: canonicalJson(data),
});

function keep({ state, rows }: FoldContext, operator: OperatorState): void {
  state.addOperator(operator);
  rows.rare.operators.push([...operatorRow(operator, state.rowKey)]);
}
