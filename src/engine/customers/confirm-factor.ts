/**
 * POST /v1/customers/{customer}/factors/{id}/confirm: the first code of a new factor makes it active. It authorises transfers
 * only after a while, whoever vouched for it. Where the customer has no recovery code left, or recovered with one, ten new
 * ones are told, this once.
 */
import { z } from 'zod';
import { parseEvent } from '../../audit/event.ts';
import { newRecoveryCodes } from '../../identity/recovery-code.ts';
import { oneTimeCode } from '../one-time-code.ts';
import { renderAnswer } from '../render.ts';
import { submitOnce } from '../submit-once.ts';
import { useCase } from '../use-case.ts';
import { customerPath, factorNumber, factorPath } from './factor-view.ts';
import { matchedStep } from './matched-step.ts';

export const confirmFactor = useCase({
  name: 'factor.confirm',
  summary: 'Confirm a new factor with its first code',
  permission: 'factors:manage',
  kind: 'once',
  input: z
    .strictObject({ customer: customerPath, id: factorPath, code: oneTimeCode })
    .meta({ id: 'FactorConfirmation' }),
  output: z
    .strictObject({
      id: factorPath,
      status: z.literal('active'),
      confirmed_at: z.string(),
      usable_from: z.string().meta({ description: 'From when it may authorise transfers.' }),
      recovery_codes: z
        .array(z.string())
        .optional()
        .meta({ description: 'Each enrols a new factor once, where all are lost; shown this once.' }),
    })
    .meta({ id: 'ConfirmedFactor' }),
  async run(engine, call) {
    const { store, waitSeconds } = engine.customers;
    const { ledgerId } = call;
    const { customer, id, code } = call.input;
    const factor = factorNumber(ledgerId, id);
    const found = await store.find(ledgerId, customer, true);
    const timeStep = await matchedStep(engine, ledgerId, found, factor, code);
    const recovery = newRecoveryCodes();
    const body = await submitOnce(engine, call, {
      type: 'factor.confirm',
      customer,
      confirmation: { factor, timeStep, recoveryHashes: recovery.hashes, waitSeconds },
    });
    const { at, data, outcome } = parseEvent(body);
    if (outcome === 'refused') return renderAnswer(body, false);
    return {
      status: 200,
      body: {
        id,
        status: 'active',
        confirmed_at: at,
        usable_from: data['usable_from'],
        ...(data['issues_recovery_codes'] === true ? { recovery_codes: recovery.codes } : {}),
      },
      replayed: false,
    };
  },
});
