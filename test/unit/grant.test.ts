/** V8.2.1: what an operator may do where, by the roles for the installation and for single ledgers. */
import { expect, test } from 'vitest';
import {
  type Grant,
  LEDGER_GRANTS_MAX,
  permissionsAt,
  permissionsBeyond,
  visibleLedgers,
  withGrant,
  withoutGrant,
} from '../../src/identity/grant.ts';
import { permissionsOf, type Role } from '../../src/identity/role.ts';

const at = (ledger: number | null, role: Role): Grant => ({ role, ledger });
const READS = ['accounts:read', 'transfers:read'];

test('a role for the installation holds at every ledger, one for a ledger at that ledger alone', () => {
  const everywhere = [at(null, 'support')];
  expect(permissionsAt(everywhere, 5)).toEqual(permissionsOf('support'));
  expect(permissionsBeyond(everywhere)).toEqual(permissionsOf('support'));
  const here = [at(5, 'auditor')];
  expect(permissionsAt(here, 5)).toEqual(permissionsOf('auditor'));
  expect(permissionsAt(here, 6)).toEqual([]);
});

test('a role for a ledger gives nothing beyond it but to see that ledger and the own sessions', () => {
  expect(permissionsBeyond([at(5, 'auditor')])).toEqual(['sessions:own', 'ledgers:read']);
  expect(visibleLedgers([at(5, 'auditor'), at(7, 'support')])).toEqual([5, 7]);
  expect(visibleLedgers([at(null, 'support'), at(5, 'auditor')])).toBeUndefined();
});

test('both together give what either gives', () => {
  const grants = [at(null, 'admin'), at(5, 'support')];
  expect(permissionsAt(grants, 5)).toEqual(expect.arrayContaining([...permissionsOf('admin'), ...READS]));
  for (const read of READS) expect(permissionsAt(grants, 6)).not.toContain(read);
});

test('without a role an operator has its own sessions and nothing else', () => {
  expect(permissionsAt([], 5)).toEqual([]);
  expect(permissionsBeyond([])).toEqual(['sessions:own']);
  expect(visibleLedgers([])).toEqual([]);
});

test('there is one role at each place, in the order of the ledgers, and a bound on how many', () => {
  const one = withGrant([at(null, 'admin'), at(7, 'support')], at(5, 'auditor')) ?? [];
  expect(one).toEqual([at(null, 'admin'), at(5, 'auditor'), at(7, 'support')]);
  expect(withGrant(one, at(5, 'support'))).toEqual([at(null, 'admin'), at(5, 'support'), at(7, 'support')]);
  expect(withGrant(one.slice(1), at(null, 'auditor'))?.[0]).toEqual(at(null, 'auditor'));
  expect(withoutGrant(one, null)).toEqual(one.slice(1));
  expect(withoutGrant(one, 6)).toBeUndefined();
  const full = Array.from({ length: LEDGER_GRANTS_MAX }, (_, i) => at(i + 1, 'support'));
  expect(withGrant(full, at(1, 'auditor'))).toHaveLength(LEDGER_GRANTS_MAX);
  expect(withGrant(full, at(null, 'auditor'))).toHaveLength(LEDGER_GRANTS_MAX + 1);
  expect(withGrant(full, at(500, 'auditor'))).toBeUndefined();
});
