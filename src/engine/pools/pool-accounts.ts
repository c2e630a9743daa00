/** Accounts that a request about a pool names, by id or by code: ids in the order of their creation, each once. */
import { FailureError, type FieldError } from '../../kernel/failure.ts';
import { formatId, isAccountId, parseId } from '../../kernel/id.ts';
import type { Caller, Engine } from '../use-case.ts';

/**
 * Neither a code nor a currency ever changes, so this reading adds nothing to what was asked. Fails with invalid_request, which
 * points at each account that is not there or is kept in another currency.
 */
export async function accountIds(
  { reads }: Engine,
  { ledgerId }: Caller,
  refs: readonly string[],
  currency: string,
  field: string,
): Promise<string[]> {
  const ids = refs.map((ref) => (isAccountId(ref) ? parseId('acc', ledgerId, ref) : undefined));
  const codes = refs.filter((ref) => !isAccountId(ref));
  const found = await reads.pools.named(
    ledgerId,
    ids.filter((id) => id !== undefined),
    codes,
  );
  const errors: FieldError[] = [];
  const numbers = new Set<number>();
  for (const [i, ref] of refs.entries()) {
    const account = found.find(({ id, code }) => id === ids[i] || code === ref);
    const pointer = `/${field}/${i}`;
    if (!account) errors.push({ pointer, message: `there is no account ${ref}: open it first` });
    else if (account.currency !== currency)
      errors.push({
        pointer,
        message: `the account is kept in ${account.currency}, the pool in ${currency}`,
      });
    else numbers.add(account.id);
  }
  if (errors.length > 0) throw new FailureError('invalid_request', undefined, errors);
  return [...numbers].sort((a, b) => a - b).map((id) => formatId('acc', ledgerId, id));
}
