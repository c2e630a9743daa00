/**
 * `bahi customer show`, `stop` and `resume`: whether payments of a customer are stopped, and the switch itself. A shell on the machine is
 * no second factor: where the customer has one, payments go on with a code of it, here as through the API.
 */
import type { Command } from 'commander';
import { getCustomer } from '../engine/customers/get-customer.ts';
import { resumePayments } from '../engine/customers/resume-payments.ts';
import { stopPayments } from '../engine/customers/stop-payments.ts';
import type { UseCase } from '../engine/use-case.ts';
import { print, printJson } from './output.ts';
import { callerAt, ledgerOf, runUseCase, type Shell, withRuntime } from './shell.ts';
import { LEDGER_OPTION, type LedgerOption, verb } from './verb.ts';

const FIELDS = { customer: '<customer>', factor: '--factor', code: '--code' };
const EXAMPLE = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b --ledger mumbai';

interface ResumeOption extends LedgerOption {
  readonly factor?: string;
  readonly code?: string;
}

export function addCustomerPayments(parent: Command, shell: Shell): void {
  const run = async <I>(
    useCase: UseCase<I>,
    input: Record<string, unknown>,
    { ledger, json }: LedgerOption,
  ) => {
    const answer = await withRuntime(useCase.name.replace('.', ' '), async ({ engine }) => {
      const { ledger_id: ledgerId } = await ledgerOf(engine, ledger);
      return runUseCase(engine, callerAt(shell, ledgerId), useCase, input, FIELDS);
    });
    if (json) return printJson(answer);
    const { payments, since, authorizes_from: from } = answer;
    const told = [
      `payments ${payments}`,
      since && `since ${since}`,
      from && `nothing is authorised before ${from}`,
    ];
    return print(`${told.filter(Boolean).join('; ')}\n`);
  };
  verb(
    parent,
    'show <customer>',
    'tell whether payments of a customer are stopped',
    `customer show ${EXAMPLE}`,
  )
    .requiredOption(...LEDGER_OPTION)
    .action((customer: string, options: LedgerOption) => run(getCustomer, { customer }, options));
  verb(parent, 'stop <customer>', 'stop all payments of a customer', `customer stop ${EXAMPLE}`)
    .requiredOption(...LEDGER_OPTION)
    .action((customer: string, options: LedgerOption) => run(stopPayments, { customer }, options));
  verb(
    parent,
    'resume <customer>',
    'let payments of a customer go on, with a code of a factor where there is one',
    `customer resume ${EXAMPLE} --factor fac_0k3m9c2000000005 --code 492039`,
  )
    .requiredOption(...LEDGER_OPTION)
    .option('--factor <factor>', 'a factor of the customer, by id')
    .option('--code <code>', 'the six digits that it shows')
    .action((customer: string, { factor, code, ...options }: ResumeOption) =>
      run(
        resumePayments,
        { customer, ...(factor === undefined ? {} : { factor }), ...(code === undefined ? {} : { code }) },
        options,
      ),
    );
}
