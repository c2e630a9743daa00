/** The state diagram in the header of a module of src/ledger, read off its very text, so that a test fails where the two differ. */
import { readFileSync } from 'node:fs';

/** States that a transition leads to, by "state action". */
export function diagramOf(module: string): ReadonlyMap<string, readonly string[]> {
  const source = readFileSync(new URL(`../../src/ledger/${module}.ts`, import.meta.url), 'utf8');
  const header = source.slice(0, source.indexOf('*/'));
  const lines = [...header.matchAll(/^ \* {3}(\w+) +-(\w+)-> +([\w |]+)$/gm)];
  return new Map(lines.map(([, from, action, to = '']) => [`${from} ${action}`, to.split(' | ')]));
}
