/** Request ids: random, and never the same one twice, also where the pool of random bytes is drawn anew. */
import { expect, test } from 'vitest';
import { newRequestId } from '../../src/http/request-id.ts';

test('ten thousand ids have their form and are all different', () => {
  const ids = Array.from({ length: 10_000 }, newRequestId);
  expect(ids.filter((id) => !/^req_[0-9a-v]{20}$/.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
});
