/**
 * One reading of JSON: RFC 8259 §4 leaves open which value counts when an object names a key twice, so two readers of
 * one body could move different amounts. JSON.parse keeps the last silently; this scan finds the second name.
 *
 * Keys with escapes are refused as well: no name here needs one, and V8 14.6 (Node 26.10.0) misreads some of them. After
 * JSON.parse('{"b":1,"\\\\":2}') it reads '{"b":1,"\\u0062":2}' as an object with the keys b and \\, not as b named twice.
 * The scan bounds the nesting before anything is built, walks the text once without recursion, and is safe on text
 * that is no JSON: the parser says that afterwards.
 */

export type JsonFlaw = 'duplicate_key' | 'escaped_key' | 'prototype_key' | 'too_deep';

/** No field of ours; some readers set a prototype with it, and zod leaves it out of records in silence. */
const PROTOTYPE = '__proto__';

export function jsonFlawOf(text: string, depthMax: number): JsonFlaw | undefined {
  /** Each open object, undefined for an open array. */
  const open: (Names | undefined)[] = [];
  let keyComes = false;
  let flaw: JsonFlaw | undefined;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '"') {
      const end = endOfString(text, i);
      if (keyComes) {
        const key = text.slice(i + 1, end);
        if (!open.at(-1)?.add(key)) flaw ??= 'duplicate_key';
        else if (key === PROTOTYPE) flaw ??= 'prototype_key';
        else if (key.includes('\\')) flaw ??= 'escaped_key';
        keyComes = false;
      }
      i = end;
    } else if (char === '{' || char === '[') {
      open.push(char === '{' ? new Names() : undefined);
      if (open.length > depthMax) return 'too_deep';
      keyComes = char === '{';
    } else if (char === '}' || char === ']') {
      open.pop();
      keyComes = false;
    } else if (char === ',') keyComes = open.at(-1) !== undefined;
  }
  return flaw;
}

const FEW = 8;

/** The names in one object. Few are looked through: a Set for each object took half of the scan's time. */
class Names {
  readonly #few: string[] = [];
  #many: Set<string> | undefined;

  /** False when it is there already. */
  add(name: string): boolean {
    if (this.#few.includes(name) || this.#many?.has(name)) return false;
    if (this.#few.length < FEW) this.#few.push(name);
    else {
      this.#many ??= new Set();
      this.#many.add(name);
    }
    return true;
  }
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
