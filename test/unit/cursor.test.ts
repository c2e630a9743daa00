/** Cursors: what they carry, and that nobody but us can make or bend one. */
import { expect, test } from 'vitest';
import { type CursorBinding, openCursor, openText, sealCursor, sealText } from '../../src/engine/cursor.ts';
import { NUMBER_MAX } from '../../src/kernel/id.ts';

const key = Buffer.alloc(32, 7);
const binding: CursorBinding = { useCase: 'transfer.list', ledgerId: 5, filters: { status: 'posted' } };
const cursor = { beyond: 123_456, backward: false };
const invalid = expect.objectContaining({ code: 'invalid_cursor' });

test('a cursor opens to what was sealed, at both ends of the range and in both directions', () => {
  for (const beyond of [0, 1, 255, NUMBER_MAX * 256 + 255]) {
    for (const backward of [false, true]) {
      const text = sealCursor(key, binding, { beyond, backward });
      expect(openCursor(key, binding, text)).toEqual({ beyond, backward });
    }
  }
});

test('a cursor fits a query string as it stands', () => {
  expect(sealCursor(key, binding, cursor)).toMatch(/^[A-Za-z0-9_-]{32}$/);
});

test('a cursor of another ledger, use case or filter is refused', () => {
  const text = sealCursor(key, binding, cursor);
  const others: CursorBinding[] = [
    { ...binding, ledgerId: 6 },
    { ...binding, useCase: 'account.list' },
    { ...binding, filters: {} },
    { ...binding, filters: { status: 'refused' } },
    { ...binding, filters: { status: 'posted', reference: 'a' } },
  ];
  for (const other of others) expect(() => openCursor(key, other, text)).toThrow(invalid);
});

test('the order in which filters were sent makes no difference', () => {
  const one = { ...binding, filters: { a: '1', b: '2' } };
  const other = { ...binding, filters: { b: '2', a: '1' } };
  expect(openCursor(key, other, sealCursor(key, one, cursor))).toEqual(cursor);
});

test('a cursor altered in any one character is refused', () => {
  const text = sealCursor(key, binding, cursor);
  for (let i = 0; i < text.length; i++) {
    const altered = text.slice(0, i) + (text[i] === 'A' ? 'B' : 'A') + text.slice(i + 1);
    expect(() => openCursor(key, binding, altered)).toThrow(invalid);
  }
});

test('a cursor has one spelling: no padding, no other alphabet, nothing around it', () => {
  const text = sealCursor(key, { ...binding, filters: { n: '2' } }, cursor);
  for (const spelling of [`${text}=`, ` ${text}`, `${text}\n`, text.slice(1), `${text}A`, '', '+'.repeat(32)])
    expect(() => openCursor(key, binding, spelling)).toThrow(invalid);
});

test('a cursor of another installation is refused', () => {
  const text = sealCursor(Buffer.alloc(32, 8), binding, cursor);
  expect(() => openCursor(key, binding, text)).toThrow(invalid);
});

test('a cursor that carries a text opens to it, and with any bit bent, or bound otherwise, to nothing', () => {
  const text = '[7,"d:1 ",null,[["INR",1,2,"300","-4"]],null]';
  const sealed = sealText(key, binding, text);
  expect(openText(key, binding, sealed)).toBe(text);
  const bytes = Buffer.from(sealed, 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const bent = Buffer.from(bytes);
    bent[bit >> 3] = (bent[bit >> 3] as number) ^ (1 << (bit & 7));
    expect(() => openText(key, binding, bent.toString('base64url'))).toThrow(invalid);
  }
  expect(() => openText(key, { ...binding, ledgerId: 6 }, sealed)).toThrow(invalid);
  expect(() => openText(Buffer.alloc(32, 8), binding, sealed)).toThrow(invalid);
  for (const spelt of ['', 'A', `${sealed}=`, `${sealed} `, sealCursor(key, binding, cursor)])
    expect(() => openText(key, binding, spelt)).toThrow(invalid);
  expect(() => openCursor(key, binding, sealed)).toThrow(invalid);
});
