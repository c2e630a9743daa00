/** Checkpoints as signed notes: what is accepted, and each way in which one proves nothing. */
import { describe, expect, test } from 'vitest';
import { EMPTY_ROOT } from '../../src/audit/merkle.ts';
import { checkCheckpoint } from '../../src/engine/audit/check-files.ts';
import { noteSigner } from '../support/note-signer.ts';

const ROOT = Buffer.alloc(32, 7).toString('base64');
const TEXT = `log.example/mumbai\n12345\n${ROOT}\n`;
const log = noteSigner('log.example/mumbai');
const witness = noteSigner('witness.example', 4);
const signed = (text: string): string => `${text}\n${log.signatureOf(text)}`;
const NOTE = signed(TEXT);

const refusal = (note: string, key = log.key): string => {
  const checked = checkCheckpoint(note, key);
  return checked.ok ? 'accepted' : checked.error;
};

test('a checkpoint is read once its signature holds', () => {
  expect(checkCheckpoint(NOTE, log.key)).toEqual({
    ok: true,
    value: {
      origin: 'log.example/mumbai',
      size: '12345',
      root: ROOT,
      extensions: [],
      signed_by: 'log.example/mumbai',
      signed_at: null,
      other_signatures: 0,
    },
  });
  expect(checkCheckpoint(NOTE, `${log.key}\n`).ok).toBe(true);
});

test('a witness signs a time beside it, and what others signed is counted', () => {
  const note = `${NOTE}${witness.signatureOf(TEXT)}`;
  expect(checkCheckpoint(note, witness.key)).toMatchObject({
    ok: true,
    value: { signed_by: 'witness.example', signed_at: '2023-11-14T22:13:20.000Z', other_signatures: 1 },
  });
  expect(refusal(note)).toBe('accepted');
  const later = note.replace(witness.signatureOf(TEXT), noteSigner('witness.example', 4).signatureOf(TEXT));
  expect(refusal(later, witness.key)).toMatch(/no signature by witness.example/);
});

test('further lines are kept, and the empty log has one root', () => {
  expect(checkCheckpoint(signed(`${TEXT}a line of ours\n`), log.key)).toMatchObject({
    ok: true,
    value: { extensions: ['a line of ours'] },
  });
  const empty = (root: string): string => refusal(signed(`log.example/mumbai\n0\n${root}\n`));
  expect(empty(EMPTY_ROOT.toString('base64'))).toBe('accepted');
  expect(empty(ROOT)).toMatch(/not that of an empty log/);
});

describe('refused is', () => {
  test.each([
    ['another size', NOTE.replace('12345', '12346'), /does not fit the text/],
    ['another origin', NOTE.replace('log.example/mumbai\n', 'log.example/delhi\n'), /does not fit the text/],
    ['a signature by nobody', `${TEXT}\n`, /lines of signatures|malformed/],
    ['no empty line', TEXT + log.signatureOf(TEXT), /it is no note/],
    ['no line feed at the end', NOTE.trimEnd(), /it is no note/],
    ['a carriage return', NOTE.replaceAll('\n', '\r\n'), /control characters/],
    ['the same signature twice', NOTE + log.signatureOf(TEXT), /signed it twice/],
    ['a malformed line among the signatures', `${NOTE}— someone\n`, /malformed/],
    ['a signature of another name', `${TEXT}\n${noteSigner('other').signatureOf(TEXT)}`, /no signature by/],
    [
      'a signature under another key',
      `${TEXT}\n${noteSigner('log.example/mumbai').signatureOf(TEXT)}`,
      /no signature by/,
    ],
    ['a size with a zero before it', signed(`log.example/mumbai\n012\n${ROOT}\n`), /no number of leaves/],
    ['a size below zero', signed(`log.example/mumbai\n-1\n${ROOT}\n`), /no number of leaves/],
    ['a size of 2^63', signed(`log.example/mumbai\n9223372036854775808\n${ROOT}\n`), /no number of leaves/],
    ['a short root', signed('log.example/mumbai\n1\nAAAA\n'), /no root in base64/],
    ['a root that is no base64', signed('log.example/mumbai\n1\nnothing\n'), /no root in base64/],
    ['no origin', signed(`\n1\n${ROOT}\n`), /names no log/],
    ['nothing at all', '', /it is no note/],
  ])('%s', (_name, note, reason) => {
    expect(refusal(note)).toMatch(reason);
  });

  test.each([
    ['no key', 'nothing', /written name\+id\+key/],
    ['a key whose name was changed', log.key.replace('mumbai', 'delhi'), /the id of this key is/],
    ['a key whose id was changed', log.key.replace(/\+[0-9a-f]{8}\+/, '+00000000+'), /the id of this key is/],
    ['a key of an unknown type', `a+00000000+${Buffer.alloc(33, 9).toString('base64')}`, /keys of type 9/],
    ['a short key', `a+00000000+${Buffer.alloc(9, 1).toString('base64')}`, /has 32 bytes/],
  ])('%s', (_name, key, reason) => {
    expect(refusal(NOTE, key)).toMatch(reason);
  });
});
