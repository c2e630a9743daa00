/**
 * What an operator may do where: a role is granted for the installation, and so for every ledger, or for one ledger. At each of
 * these an operator has at most one role. Everybody who may sign in lists and ends its own sessions, whatever the role.
 */
import { type OperatorPermission, permissionsOf, type Role } from './role.ts';

export interface Grant {
  readonly role: Role;
  /** Null: for the installation. */
  readonly ledger: number | null;
}

/** Many more would make a row of the operator long; who needs more has a role for the installation. */
export const LEDGER_GRANTS_MAX = 100;

/** With this role there in place of another one, in the order of the ledgers, the installation first. Undefined: too many. */
export function withGrant(grants: readonly Grant[], grant: Grant): readonly Grant[] | undefined {
  const others = withoutGrant(grants, grant.ledger) ?? grants;
  const next = [...others, grant].sort((a, b) => (a.ledger ?? -1) - (b.ledger ?? -1));
  return next.filter(({ ledger }) => ledger !== null).length > LEDGER_GRANTS_MAX ? undefined : next;
}

/** Undefined where there is none for it. */
export function withoutGrant(grants: readonly Grant[], ledger: number | null): readonly Grant[] | undefined {
  const others = grants.filter((each) => each.ledger !== ledger);
  return others.length === grants.length ? undefined : others;
}

const roleAt = (grants: readonly Grant[], ledger: number | null): Role | undefined =>
  grants.find((each) => each.ledger === ledger)?.role;

/** At one ledger: by the role for it and by the one for the installation. */
export function permissionsAt(grants: readonly Grant[], ledger: number): readonly OperatorPermission[] {
  const roles = [roleAt(grants, null), roleAt(grants, ledger)];
  return [...new Set(roles.flatMap((role) => (role === undefined ? [] : permissionsOf(role))))];
}

/** Of what belongs to no ledger. A role for a ledger only lets its operator see that there is this ledger. */
export function permissionsBeyond(grants: readonly Grant[]): readonly OperatorPermission[] {
  const role = roleAt(grants, null);
  const own: OperatorPermission[] = ['sessions:own'];
  if (grants.some(({ ledger }) => ledger !== null)) own.push('ledgers:read');
  return [...new Set([...(role === undefined ? [] : permissionsOf(role)), ...own])];
}

/** The ledgers that an operator knows of; undefined: all. */
export const visibleLedgers = (grants: readonly Grant[]): readonly number[] | undefined =>
  roleAt(grants, null) === undefined
    ? grants.flatMap(({ ledger }) => (ledger === null ? [] : [ledger]))
    : undefined;
