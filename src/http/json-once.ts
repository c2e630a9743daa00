/**
 * One reading of JSON: RFC 8259 §4 leaves open which value counts when an object names a key twice, so two readers of
 * one body could move different amounts. JSON.parse keeps the last silently; this scan finds the second name.
 *
 * It also bounds the nesting before anything is built. It walks the text once without recursion, is safe on text
 * that is no JSON (the parser says that afterwards), and compares keys as JSON reads them: escapes decoded.
 */

export type JsonFlaw = 'duplicate_key' | 'prototype_key' | 'too_deep';

/** No field of ours; some readers set a prototype with it, and zod leaves it out of records in silence. */
const PROTOTYPE = '"__proto__"';

export function jsonFlawOf(text: string, depthMax: number): JsonFlaw | undefined {
  /** The keys of each open object, undefined for an open array. */
  const open: (Set<string> | undefined)[] = [];
  let keyComes = false;
  let flaw: JsonFlaw | undefined;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '"') {
      const end = endOfString(text, i);
      if (keyComes) {
        const keys = open.at(-1);
        const key = keyOf(text.slice(i, end + 1));
        if (keys?.has(key)) flaw ??= 'duplicate_key';
        if (key === PROTOTYPE) flaw ??= 'prototype_key';
        keys?.add(key);
        keyComes = false;
      }
      i = end;
    } else if (char === '{' || char === '[') {
      open.push(char === '{' ? new Set() : undefined);
      if (open.length > depthMax) return 'too_deep';
      keyComes = char === '{';
    } else if (char === '}' || char === ']') {
      open.pop();
      keyComes = false;
    } else if (char === ',') keyComes = open.at(-1) !== undefined;
  }
  return flaw;
}

/** Index of the quote that ends the string; the end of the text where none does. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

/** The key as JSON reads it. Text that no parser accepts stays as it is: the body is refused for that. */
function keyOf(quoted: string): string {
  if (!quoted.includes('\\')) return quoted;
  try {
    return JSON.stringify(JSON.parse(quoted));
  } catch {
    return quoted;
  }
}
