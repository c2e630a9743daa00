/** Passwords, codes, tokens and seals, each against what its standard says. */
import { argon2Sync } from 'node:crypto';
import { hash, parseOptions } from '@node-rs/argon2';
import { describe, expect, test } from 'vitest';
import { newInvitation, newSessionToken, operatorOfToken } from '../../src/identity/operator-token.ts';
import { passwordProblem } from '../../src/identity/password.ts';
import { newRecoveryCodes, recoveryHash } from '../../src/identity/recovery-code.ts';
import { commonPasswords } from '../../src/platform/common-passwords.ts';
import { createPasswordHasher } from '../../src/platform/password-hash.ts';
import { createSealer } from '../../src/platform/seal.ts';
import { newTotpSecret, totpStep, totpUri } from '../../src/platform/totp.ts';

const overloaded = (): Error => new Error('overloaded');

describe('a password', () => {
  const common = commonPasswords(8);
  const problemOf = (password: string) => passwordProblem(password, (text) => common.has(text));

  test.each([
    ['seven: too short', 'q7$kd9z', 'use at least 8 characters'],
    ['eight', 'q7$kd9zw', undefined],
    ['eight characters outside the first plane', '🪔🛕🐘🦚🥭🌾🪷🎐', undefined],
    ['sixty-four', 'x7'.repeat(32), undefined],
    ['256', 'x7'.repeat(128), undefined],
    ['257: too long', `${'x7'.repeat(128)}y`, 'use at most 256 characters'],
    ['one letter many times', 'ffffffffffffffffffffffffffff', undefined],
    ['spaces at both ends', '  नमस्ते दुनिया  ', undefined],
    ['half of a character', 'abcdefgh\ud83e', 'use valid Unicode'],
  ])('V6.2.1, V6.2.5, V6.2.8, V6.2.9, NIST §3.1.1.2: %s', (_, password, problem) => {
    expect(problemOf(password)).toBe(problem);
  });

  test('V6.2.4, V6.2.12: none of the 10,000 most common, in any case of letters', () => {
    expect(common.size).toBe(10_000);
    for (const each of ['password123', 'PASSWORD123', 'qwertyuiop', '123456789'])
      expect(problemOf(each)).toMatch(/most common/);
  });
});

describe('password hashes', () => {
  // Made by OpenSSL, in PHC form.
  const nonce = Buffer.from('sixteen byte salt').subarray(0, 16);
  const options = { message: 'password', nonce, parallelism: 1, tagLength: 32, memory: 65_536, passes: 2 };
  const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
  const KNOWN = `$argon2id$v=19$m=65536,t=2,p=1$${base64(nonce)}$${base64(argon2Sync('argon2id', options))}`;

  test('V11.4.2: are argon2id with what OWASP asks for at least', async () => {
    expect(await createPasswordHasher(overloaded).hash('a password')).toMatch(
      /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/,
    );
  });

  test('answer what another implementation made, and no other password', async () => {
    const { verify } = createPasswordHasher(overloaded);
    expect(await verify(KNOWN, 'password')).toEqual({ matches: true, weak: false });
    expect(await verify(KNOWN, 'Password')).toEqual({ matches: false, weak: false });
  });

  test('V6.2.8: take a password as it is, to the last character', async () => {
    const { hash: hashed, verify } = createPasswordHasher(overloaded);
    const long = `${'ख'.repeat(100)} end`;
    const stored = await hashed(long);
    expect(await verify(stored, long)).toMatchObject({ matches: true });
    for (const other of [long.trim().slice(0, -1), long.normalize('NFD').concat(' '), ` ${long}`])
      expect(await verify(stored, other)).toMatchObject({ matches: false });
  });

  test('say when they were made with less than today', async () => {
    const stored = await hash('password', { algorithm: 2, memoryCost: 8192, timeCost: 1, parallelism: 1 });
    expect(await createPasswordHasher(overloaded).verify(stored, 'password')).toEqual({
      matches: true,
      weak: true,
    });
  });

  test('V6.3.8: nobody’s password does not match, and is verified by the same work', async () => {
    const against: string[] = [];
    const watched = {
      hash,
      verify: async (stored: string | Uint8Array) => {
        against.push(String(stored));
        return true;
      },
    };
    const { verify, hash: hashed } = createPasswordHasher(overloaded, 3, watched);
    const stored = await hashed('somebody’s password');
    expect(await verify(undefined, 'anything')).toEqual({ matches: false, weak: false });
    expect(await verify(stored, 'anything')).toEqual({ matches: true, weak: false });
    const [nobodys, somebodys] = against.map((text) => parseOptions(text));
    expect(nobodys).toEqual(somebodys);
  });

  test('are made one at a time, beside the event loop, and what does not fit into the line is turned away', async () => {
    const { verify } = createPasswordHasher(overloaded, 3);
    let rounds = 0;
    let running = true;
    const turn = (): void => {
      rounds++;
      if (running) setImmediate(turn);
    };
    turn();
    const order: number[] = [];
    const all = [0, 1, 2, 3].map((i) => verify(KNOWN, 'password').then(() => order.push(i)));
    const settled = await Promise.allSettled(all);
    running = false;
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
    expect(order).toEqual([0, 1, 2]);
    // Three hashes of 64 MiB: an event loop that they block would have gone round a handful of times.
    expect(rounds).toBeGreaterThan(100);
    expect(await verify(KNOWN, 'password')).toMatchObject({ matches: true });
  });
});

describe('TOTP', () => {
  /** RFC 6238 Appendix B: '12345678901234567890' in base 32. */
  const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  const at = (seconds: number): number => seconds * 1_000_000;

  // The last six of the eight digits of the appendix.
  test.each([
    [59, '287082', 1],
    [1_111_111_109, '081804', 37_037_036],
    [1_111_111_111, '050471', 37_037_037],
    [1_234_567_890, '005924', 41_152_263],
    [2_000_000_000, '279037', 66_666_666],
    [20_000_000_000, '353130', 666_666_666],
  ])('answers the vector of RFC 6238 at %d', async (seconds, code, step) => {
    expect(await totpStep(SECRET, code, at(seconds))).toBe(step);
  });

  test('V6.5.5: a code is good for its own step and the ones beside it', async () => {
    const code = '050471';
    const good = async (step: number) => (await totpStep(SECRET, code, at(step * 30 + 7))) !== undefined;
    const steps = [37_037_035, 37_037_036, 37_037_037, 37_037_038, 37_037_039];
    expect(await Promise.all(steps.map(good))).toEqual([false, true, true, true, false]);
  });

  test.each(['', '12345', '1234567', 'abcdef', ' 50471', '٠٥٠٤٧١'])('takes %j for no code', async (code) => {
    expect(await totpStep(SECRET, code, at(1_111_111_111))).toBeUndefined();
  });

  test('V6.5.3: seeds have 160 bits and are never the same', () => {
    const seeds = Array.from({ length: 100 }, newTotpSecret);
    expect(new Set(seeds).size).toBe(100);
    for (const seed of seeds) expect(seed).toMatch(/^[A-Z2-7]{32}$/);
    expect(totpUri('asha', SECRET)).toBe(`otpauth://totp/Bahi:asha?secret=${SECRET}&issuer=Bahi`);
  });
});

describe('tokens', () => {
  test('V7.2.3: of sessions have 130 random bits, name their operator, and are checked before anybody is asked', () => {
    const { token } = newSessionToken(1234);
    expect(token).toMatch(/^bahi_op_[0-9a-v]{41}$/);
    expect(operatorOfToken(token)).toBe(1234);
    for (let i = 8; i < token.length; i++) {
      const other = token[i] === '0' ? '1' : '0';
      expect(operatorOfToken(token.slice(0, i) + other + token.slice(i + 1))).toBeUndefined();
    }
    expect(operatorOfToken(newInvitation().token)).toBeUndefined();
    expect(new Set(Array.from({ length: 100 }, () => newSessionToken(1).token)).size).toBe(100);
  });

  test('V6.5.1: ten recovery codes of 140 bits, found without regard to groups and case', () => {
    const { codes, hashes } = newRecoveryCodes();
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^[0-9a-v]{7}(-[0-9a-v]{7}){3}$/);
    expect(codes.map((code) => recoveryHash(code.replaceAll('-', ' ').toUpperCase()))).toEqual(hashes);
  });
});

describe('a seal', () => {
  const sealer = createSealer(Buffer.alloc(32, 7));
  const place = ['operator', 'password', 'opr_1'] as const;

  test('V11.3.4: is another one each time, and opens in its place', () => {
    const [one, other] = [sealer.seal(place, 'secret'), sealer.seal(place, 'secret')];
    expect(one.equals(other)).toBe(false);
    expect([sealer.open(place, one), sealer.open(place, other)]).toEqual(['secret', 'secret']);
  });

  test('V11.3.3: does not open in another table, column or row, under another key, or with one bit changed', () => {
    const sealed = sealer.seal(place, 'secret');
    for (const elsewhere of [
      ['client', 'password', 'opr_1'],
      ['operator', 'totp', 'opr_1'],
      ['operator', 'password', 'opr_2'],
    ] as const)
      expect(() => sealer.open(elsewhere, sealed)).toThrow();
    expect(() => createSealer(Buffer.alloc(32, 8)).open(place, sealed)).toThrow();
    for (let i = 0; i < sealed.length; i++) {
      const changed = Buffer.from(sealed);
      changed[i] = (changed[i] ?? 0) ^ 1;
      expect(() => sealer.open(place, changed)).toThrow();
    }
    expect(() => sealer.open(place, sealed.subarray(0, 20))).toThrow();
  });
});
