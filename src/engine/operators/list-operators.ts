/** GET /v1/operators: all operators, the disabled ones included. */
import { z } from 'zod';
import { pageOf, wholeList } from '../page.ts';
import { useCase } from '../use-case.ts';
import { operator, operatorView } from './operator-view.ts';

export const listOperators = useCase({
  name: 'operator.list',
  summary: 'List operators',
  permission: 'operators:read',
  kind: 'query',
  input: z.strictObject({}),
  output: pageOf(operator),
  async run({ operators }) {
    return wholeList((await operators.store.list()).map(operatorView));
  },
});
