/** Facts that the bank keeps (lists, attributes of customers), and what the client claims. */
import { CONTEXT_FIELDS, type ContextField } from '../context.ts';
import { LIST_SUBJECTS, type ListSubject, type Party } from '../fact.ts';
import type { Shape } from '../node.ts';
import { AGE, choice, type FactDefinition, OF_PARTY } from './definition.ts';

const ofField = (name: string, { type, summary, values, max, isPrivate }: ContextField): FactDefinition => {
  const number: Shape = type === 'integer' ? { type, min: 0n, max: BigInt(max ?? 0) } : AGE;
  return {
    name,
    group: 'claim',
    summary,
    missing: 'Where the client does not claim it.',
    parameters: [],
    shape: type === 'boolean' ? { type } : type === 'text' ? { type, ...(values && { values }) } : number,
    ...(isPrivate && { isPrivate }),
    need: () => ({ kind: 'context', field: name }),
  };
};

export const BANK_DEFINITIONS: readonly FactDefinition[] = [
  {
    name: 'on_list',
    group: 'bank',
    summary: 'the subject stands on a list of the bank, and its entry has not expired',
    missing: 'Where the subject is: an account without owner has no customer, and a device may be unclaimed.',
    parameters: [
      { name: 'list', summary: 'name of the list', accepts: { kind: 'name' } },
      choice('of', LIST_SUBJECTS, 'the subject'),
    ],
    shape: { type: 'boolean' },
    need: ({ list, of }) => ({ kind: 'list', list: String(list), of: of as ListSubject }),
  },
  {
    name: 'attribute',
    group: 'bank',
    summary:
      'what the bank recorded of the customer who owns the account; the ruleset declares its type under `attributes`',
    missing: 'Where the bank recorded none, or one of another type.',
    parameters: [OF_PARTY, { name: 'name', summary: 'name of the attribute', accepts: { kind: 'name' } }],
    /** Replaced by the declared type. */
    shape: { type: 'boolean' },
    need: ({ of, name }, type) => ({ kind: 'attribute', of: of as Party, name: String(name), type }),
  },
  ...[...CONTEXT_FIELDS].map(([name, field]) => ofField(name, field)),
];
