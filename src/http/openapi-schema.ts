/**
 * JSON Schema (draft 2020-12) of the very schemas that validate, for OpenAPI 3.1: whatever has an id becomes a
 * component. One id is one schema: where two would share it, the document is refused.
 */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { assert, defined } from '../kernel/assert.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

export class Components {
  readonly schemas: Record<string, JsonSchema> = {};

  /** The schema, with references into the components. */
  add(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const {
      $defs = {},
      $schema: _,
      ...root
    } = z.toJSONSchema(schema, { io }) as {
      $defs?: Record<string, JsonSchema>;
    } & JsonSchema;
    for (const [id, definition] of Object.entries($defs)) {
      const component = referring(definition) as JsonSchema;
      const known = this.schemas[id];
      assert(known === undefined || isDeepStrictEqual(known, component), `one schema is called ${id}`);
      this.schemas[id] = component;
    }
    return referring(root) as JsonSchema;
  }

  /** The object schema that a reference or a schema stands for. */
  resolve(schema: JsonSchema): JsonSchema {
    const { $ref } = schema;
    if (typeof $ref !== 'string') return schema;
    return defined(this.schemas[$ref.slice(PREFIX.length)], `the component ${$ref} is there`);
  }
}

const PREFIX = '#/components/schemas/';

/** A copy whose references point into the components. */
function referring(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(referring);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      name === '$ref' && typeof member === 'string' ? member.replace('#/$defs/', PREFIX) : referring(member),
    ]),
  );
}
