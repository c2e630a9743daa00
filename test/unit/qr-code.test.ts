/** What a QR code says, read back from the picture by a reader of its own. */
import decodeQR from 'qr/decode.js';
import { expect, test } from 'vitest';
import { qrCode } from '../../src/platform/qr-code.ts';
import { newTotpSecret, totpUri } from '../../src/platform/totp.ts';

const PIXELS = 4;

/** The picture of an SVG document of unit squares, each drawn from where the one before it began. */
function pictureOf(svg: string): { width: number; height: number; data: Uint8Array } {
  const size = Number(/viewBox="0 0 (\d+) \1"/.exec(svg)?.[1]);
  const width = size * PIXELS;
  const data = new Uint8Array(width * width * 4).fill(255);
  let [x, y] = [0, 0];
  for (const [, how, dx, dy] of svg.matchAll(/([Mm])(-?\d+) (-?\d+)h1v1[hH]-?\d+Z/g)) {
    [x, y] = how === 'M' ? [Number(dx), Number(dy)] : [x + Number(dx), y + Number(dy)];
    for (let row = y * PIXELS; row < (y + 1) * PIXELS; row++)
      for (let column = x * PIXELS; column < (x + 1) * PIXELS; column++)
        data.fill(0, (row * width + column) * 4, (row * width + column) * 4 + 3);
  }
  return { width, height: width, data };
}

test('a QR code of a factor says its URI', () => {
  const uri = totpUri('phone-1', newTotpSecret());
  const svg = qrCode(uri);
  expect(svg).not.toMatch(/<script|href|on\w+=/);
  expect(decodeQR(pictureOf(svg))).toBe(uri);
});
