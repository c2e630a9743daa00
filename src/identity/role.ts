/**
 * What an operator may do: one table from role to permissions, and what stands in no row is denied (OWASP ASVS 5.0.0
 * V8.2.1, V8.3.1).
 *
 * An operator reads and moves no money: no role has a permission to write to a ledger, and approves no proposal. An administrator manages who may
 * come in and therefore reads no accounts; an auditor reads and changes nothing.
 */

export const ROLES = ['admin', 'compliance', 'fraud_analyst', 'auditor', 'support'] as const;
export type Role = (typeof ROLES)[number];

export const OPERATOR_PERMISSIONS = [
  'ledgers:read',
  'accounts:read',
  'transfers:read',
  /** Checkpoints of a ledger's log, and proofs. */
  'audit:read',
  'operators:read',
  /** Sessions of all operators: list. */
  'sessions:read',
  /** Sessions of all operators: end. */
  'sessions:end',
  /** The operator's own sessions: list and end. */
  'sessions:own',
] as const;
export type OperatorPermission = (typeof OPERATOR_PERMISSIONS)[number];

const PERMISSIONS: Readonly<Record<Role, readonly OperatorPermission[]>> = {
  admin: ['ledgers:read', 'operators:read', 'sessions:read', 'sessions:end', 'sessions:own'],
  compliance: [
    'ledgers:read',
    'accounts:read',
    'transfers:read',
    'audit:read',
    'operators:read',
    'sessions:own',
  ],
  fraud_analyst: ['ledgers:read', 'accounts:read', 'transfers:read', 'sessions:own'],
  auditor: [
    'ledgers:read',
    'accounts:read',
    'transfers:read',
    'audit:read',
    'operators:read',
    'sessions:read',
    'sessions:own',
  ],
  support: ['ledgers:read', 'accounts:read', 'transfers:read', 'sessions:own'],
};

export const permissionsOf = (role: Role): readonly OperatorPermission[] => PERMISSIONS[role];

/** Roles that have a permission; none for what is no permission of operators. */
export const rolesWith = (permission: string): Role[] =>
  ROLES.filter((role) => (PERMISSIONS[role] as readonly string[]).includes(permission));

export const isRole = (text: unknown): text is Role => ROLES.some((role) => role === text);
