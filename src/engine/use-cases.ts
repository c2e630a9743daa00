/**
 * All use cases. What is not in this table cannot be done: HTTP and the command line are adapters over it, and a test
 * refuses a mutating route without a row here.
 */
import { accountChildren } from './accounts/account-children.ts';
import { accountTree } from './accounts/account-tree.ts';
import { createAccount } from './accounts/create-account.ts';
import { getAccount } from './accounts/get-account.ts';
import { getStatement } from './accounts/get-statement.ts';
import { listAccounts } from './accounts/list-accounts.ts';
import { listEntries } from './accounts/list-entries.ts';
import { updateAccount } from './accounts/update-account.ts';
import { getCheckpoint } from './audit/get-checkpoint.ts';
import { getConsistencyProof } from './audit/prove-consistency.ts';
import { getInclusionProof } from './audit/prove-inclusion.ts';
import { confirmFactor } from './customers/confirm-factor.ts';
import { enrolFactor } from './customers/enrol-factor.ts';
import { getCustomer } from './customers/get-customer.ts';
import { listCustomerChanges } from './customers/list-changes.ts';
import { listFactors } from './customers/list-factors.ts';
import { removeFactor } from './customers/remove-factor.ts';
import { resumePayments } from './customers/resume-payments.ts';
import { stopPayments } from './customers/stop-payments.ts';
import { createKey } from './keys/create-key.ts';
import { listKeys } from './keys/list-keys.ts';
import { revokeKey } from './keys/revoke-key.ts';
import { rotateKey } from './keys/rotate-key.ts';
import { createLedger } from './ledgers/create-ledger.ts';
import { listLedgers } from './ledgers/list-ledgers.ts';
import { disableOperator, unlockOperator } from './operators/change-operator.ts';
import { createOperator } from './operators/create-operator.ts';
import { beginEnrolment, confirmEnrolment } from './operators/enrolment.ts';
import { grantRole, revokeRole } from './operators/grant-role.ts';
import { listOperators } from './operators/list-operators.ts';
import { beginAuthenticator, changeFactors, renewSession } from './operators/own-factors.ts';
import { resetOperator, setPassword } from './operators/reset-password.ts';
import { endSession, endSessions, listOperatorSessions, listSessions } from './operators/sessions.ts';
import { signIn } from './operators/sign-in.ts';
import { closePeriod } from './periods/close-period.ts';
import { listBalances } from './periods/list-balances.ts';
import { listPeriods } from './periods/list-periods.ts';
import { accountLimits } from './pools/account-limits.ts';
import { createPool } from './pools/create-pool.ts';
import { getPool } from './pools/get-pool.ts';
import { listPools } from './pools/list-pools.ts';
import { updatePool } from './pools/update-pool.ts';
import { approveProposal } from './proposals/approve-proposal.ts';
import { getPolicy } from './proposals/get-policy.ts';
import { getProposal } from './proposals/get-proposal.ts';
import { listProposals } from './proposals/list-proposals.ts';
import { rejectProposal } from './proposals/reject-proposal.ts';
import { setPolicy } from './proposals/set-policy.ts';
import { getClock, moveClock } from './sandbox/clock.ts';
import { adjustTransfer } from './transfers/adjust-transfer.ts';
import { authorizeTransfer } from './transfers/authorize-transfer.ts';
import { cancelTransfer } from './transfers/cancel-schedule.ts';
import { captureTransfer } from './transfers/capture-hold.ts';
import { createBatch } from './transfers/create-batch.ts';
import { createTransfer } from './transfers/create-transfer.ts';
import { getTransfer } from './transfers/get-transfer.ts';
import { listTransfers } from './transfers/list-transfers.ts';
import { reverseTransfer } from './transfers/reverse-transfer.ts';
import { voidTransfer } from './transfers/void-hold.ts';
import type { UseCase } from './use-case.ts';

export const USE_CASES = [
  createTransfer,
  createBatch,
  captureTransfer,
  authorizeTransfer,
  voidTransfer,
  reverseTransfer,
  adjustTransfer,
  cancelTransfer,
  getTransfer,
  listTransfers,
  createAccount,
  updateAccount,
  getAccount,
  listAccounts,
  listEntries,
  getStatement,
  accountTree,
  accountChildren,
  enrolFactor,
  confirmFactor,
  removeFactor,
  listFactors,
  stopPayments,
  resumePayments,
  getCustomer,
  listCustomerChanges,
  accountLimits,
  createPool,
  updatePool,
  getPool,
  listPools,
  closePeriod,
  listPeriods,
  listBalances,
  getPolicy,
  setPolicy,
  getProposal,
  listProposals,
  approveProposal,
  rejectProposal,
  getCheckpoint,
  getInclusionProof,
  getConsistencyProof,
  createLedger,
  listLedgers,
  getClock,
  moveClock,
  createKey,
  rotateKey,
  revokeKey,
  listKeys,
  createOperator,
  disableOperator,
  unlockOperator,
  listOperators,
  resetOperator,
  renewSession,
  beginAuthenticator,
  changeFactors,
  grantRole,
  revokeRole,
  setPassword,
  listOperatorSessions,
  endSessions,
  beginEnrolment,
  confirmEnrolment,
  signIn,
  listSessions,
  endSession,
] as const satisfies readonly UseCase[];
