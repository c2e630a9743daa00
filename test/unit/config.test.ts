/**
 * The environment: what is accepted, what is refused and with which words, and the key that is made.
 */
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Environment, loadConfig } from '../../src/config.ts';
import { explainDirectory } from '../../src/kernel/unusable-directory.ts';
import { masterKey } from '../../src/platform/master-key.ts';
import { CERTIFICATE, KEY } from '../support/tls-fixture.ts';

const HEX = '0123456789abcdef'.repeat(4);
const BASE64 = Buffer.from(HEX, 'hex').toString('base64');
const SERVE = 'postgres://app:secret@localhost/bahi';
const OWNER = 'postgres://owner:secret@localhost/bahi';

let directory: string;
let files: Record<'key' | 'open' | 'certificate' | 'tlsKey' | 'short', string>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bahi-config-'));
  const write = async (name: string, text: string, mode = 0o600): Promise<string> => {
    await writeFile(join(directory, name), text);
    await chmod(join(directory, name), mode);
    return join(directory, name);
  };
  files = {
    key: await write('key', `${BASE64}\n`),
    open: await write('open', BASE64, 0o640),
    short: await write('short', 'c2hvcnQ='),
    certificate: await write('certificate', CERTIFICATE),
    tlsKey: await write('tls-key', KEY),
  };
});

afterAll(() => rm(directory, { recursive: true }));

const accepted = (env: Environment) => {
  const config = loadConfig(env);
  if (!config.ok) throw new Error(config.error);
  return config.value;
};

const refused = (env: Environment): string => {
  const config = loadConfig(env);
  if (config.ok) throw new Error('was accepted');
  expect(config.error).not.toMatch(/\n|secret/);
  return config.error;
};

describe('the environment', () => {
  test('an empty one serves the embedded database on loopback', () => {
    expect(accepted({})).toEqual({
      dataDir: resolve('.bahi'),
      checkpointDir: resolve('.bahi/checkpoints'),
      checkpointLagSeconds: 60,
      database: undefined,
      ownerDatabase: undefined,
      host: '127.0.0.1',
      port: 8080,
      masterKey: undefined,
      logLevel: 'info',
      tls: undefined,
      trustedProxies: undefined,
      factorWaitSeconds: 12 * 3600,
      signInRate: { text: '60/m', requests: 60, seconds: 60 },
    });
  });

  test('everything that can be set together is read', () => {
    const config = accepted({
      DATABASE_URL: 'postgresql://app:p%40ss@127.0.0.1:6543/books',
      DATABASE_OWNER_URL: OWNER,
      BAHI_MASTER_KEY_FILE: files.key,
      BAHI_DATA_DIR: 'elsewhere',
      BAHI_CHECKPOINT_DIR: 'outside',
      BAHI_CHECKPOINT_LAG_SECONDS: '120',
      HOST: '0.0.0.0',
      PORT: '0',
      LOG_LEVEL: 'silent',
      BAHI_TLS_CERT_FILE: files.certificate,
      BAHI_TLS_KEY_FILE: files.tlsKey,
      BAHI_TRUSTED_PROXIES: '10.1.0.0/16, 192.0.2.7,2001:db8::/32',
      BAHI_FACTOR_WAIT_HOURS: '168',
      BAHI_SIGN_IN_RATE: '10/h',
    });
    expect(config).toMatchObject({
      dataDir: resolve('elsewhere'),
      checkpointDir: resolve('outside'),
      checkpointLagSeconds: 120,
      database: { host: '127.0.0.1', port: 6543, user: 'app', password: 'p@ss', database: 'books' },
      ownerDatabase: { user: 'owner', port: 5432 },
      host: '0.0.0.0',
      port: 0,
      masterKey: Buffer.from(HEX, 'hex'),
      logLevel: 'silent',
      tls: { certificate: CERTIFICATE, key: KEY },
      factorWaitSeconds: 7 * 86_400,
      signInRate: { requests: 10, seconds: 3600 },
    });
    const believed = ['10.1.255.255', '192.0.2.7'].map((address) => config.trustedProxies?.check(address));
    expect(believed).toEqual([true, true]);
    expect(config.trustedProxies?.check('10.2.0.1')).toBe(false);
    expect(config.trustedProxies?.check('2001:db8::1', 'ipv6')).toBe(true);
  });

  test.each([HEX, HEX.toUpperCase(), BASE64, BASE64.replace('=', '')])(
    'the master key %s is 32 bytes',
    (text) => {
      expect(accepted({ BAHI_MASTER_KEY: text }).masterKey).toEqual(Buffer.from(HEX, 'hex'));
    },
  );

  test.each<[name: string, env: () => Environment, words: RegExp]>([
    ['a variable that is set but empty', () => ({ DATABASE_URL: '' }), /^DATABASE_URL is set but empty/],
    [
      'factors that wait for nothing',
      () => ({ BAHI_FACTOR_WAIT_HOURS: '0' }),
      /^BAHI_FACTOR_WAIT_HOURS must be/,
    ],
    [
      'a log that may lag by nothing',
      () => ({ BAHI_CHECKPOINT_LAG_SECONDS: '4' }),
      /^BAHI_CHECKPOINT_LAG_SECONDS must be/,
    ],
    [
      'a log that may lag for ever',
      () => ({ BAHI_CHECKPOINT_LAG_SECONDS: '3601' }),
      /^BAHI_CHECKPOINT_LAG_SECONDS must be/,
    ],
    [
      'factors that wait too long',
      () => ({ BAHI_FACTOR_WAIT_HOURS: '169' }),
      /^BAHI_FACTOR_WAIT_HOURS must be/,
    ],
    [
      'factors that wait for a word',
      () => ({ BAHI_FACTOR_WAIT_HOURS: '1.5' }),
      /^BAHI_FACTOR_WAIT_HOURS must be/,
    ],
    ['sign-ins at no rate', () => ({ BAHI_SIGN_IN_RATE: '60' }), /^BAHI_SIGN_IN_RATE must be/],
    ['no sign-ins at all', () => ({ BAHI_SIGN_IN_RATE: '0/m' }), /^BAHI_SIGN_IN_RATE must be/],
    ['a port that is no number', () => ({ PORT: '80a' }), /^PORT must be/],
    ['a negative port', () => ({ PORT: '-1' }), /^PORT must be/],
    ['a port that is too high', () => ({ PORT: '65536' }), /^PORT must be/],
    ['a log level of another library', () => ({ LOG_LEVEL: 'verbose' }), /^LOG_LEVEL must be one of fatal, /],
    ['a host with a scheme', () => ({ HOST: 'http://localhost' }), /^HOST must be/],
    [
      'every address without TLS',
      () => ({ HOST: '0.0.0.0' }),
      /^HOST 0\.0\.0\.0 .*BAHI_TLS_CERT_FILE.*BAHI_TRUSTED_PROXIES/,
    ],
    ['every IPv6 address without TLS', () => ({ HOST: '::' }), /^HOST :: /],
    [
      'a name that only looks like loopback',
      () => ({ HOST: '127.0.0.1.example.com' }),
      /^HOST 127\.0\.0\.1\.example/,
    ],
    ['a certificate without its key', () => ({ BAHI_TLS_CERT_FILE: files.certificate }), /belong together/],
    [
      'a key in place of a certificate',
      () => ({ BAHI_TLS_CERT_FILE: files.tlsKey, BAHI_TLS_KEY_FILE: files.tlsKey }),
      /must be a PEM certificate/,
    ],
    [
      'a certificate file that is not there',
      () => ({ BAHI_TLS_CERT_FILE: '/nowhere', BAHI_TLS_KEY_FILE: files.tlsKey }),
      /^BAHI_TLS_CERT_FILE: \/nowhere cannot be read \(ENOENT\)/,
    ],
    ['a proxy that is a name', () => ({ BAHI_TRUSTED_PROXIES: 'proxy' }), /"proxy" is neither/],
    ['a proxy with too long a prefix', () => ({ BAHI_TRUSTED_PROXIES: '10.0.0.0/33' }), /is neither/],
    ['proxies that are everyone', () => ({ BAHI_TRUSTED_PROXIES: '0.0.0.0/0' }), /would believe everyone/],
    [
      'a master key that is too short',
      () => ({ BAHI_MASTER_KEY: 'c2VjcmV0' }),
      /^BAHI_MASTER_KEY must be 32 bytes/,
    ],
    [
      'a master key twice',
      () => ({ BAHI_MASTER_KEY: HEX, BAHI_MASTER_KEY_FILE: files.key }),
      /are both set: keep one/,
    ],
    ['a master key file for the group', () => ({ BAHI_MASTER_KEY_FILE: files.open }), /chmod 600/],
    [
      'a master key file with something else',
      () => ({ BAHI_MASTER_KEY_FILE: files.short }),
      /must hold 32 bytes/,
    ],
    [
      'a master key file that is not there',
      () => ({ BAHI_MASTER_KEY_FILE: '/nowhere' }),
      /cannot be read \(ENOENT\)/,
    ],
    [
      'a database without a master key',
      () => ({ DATABASE_URL: SERVE }),
      /^DATABASE_URL needs BAHI_MASTER_KEY_FILE/,
    ],
    ['an owner without a serving role', () => ({ DATABASE_OWNER_URL: OWNER }), /without DATABASE_URL/],
    [
      'one role for both',
      () => ({ DATABASE_URL: SERVE, DATABASE_OWNER_URL: SERVE, BAHI_MASTER_KEY: HEX }),
      /name the same role/,
    ],
  ])('%s is refused in one line', (_, env, words) => {
    expect(refused(env())).toMatch(words);
  });
});

describe('DATABASE_URL', () => {
  const database = (url: string) => accepted({ DATABASE_URL: url, BAHI_MASTER_KEY: HEX }).database;
  const words = (url: string) => refused({ DATABASE_URL: url, BAHI_MASTER_KEY: HEX });

  test.each([
    'postgresql:///bahi?host=/run/postgresql&user=app&password=secret',
    'postgres://app:secret@%2Frun%2Fpostgresql/bahi',
  ])('%s names a socket', (url) => {
    expect(database(url)).toEqual({
      host: '/run/postgresql',
      port: 5432,
      user: 'app',
      password: 'secret',
      database: 'bahi',
    });
  });

  test('a remote server is verified by name, against an authority of its own if one is named', () => {
    expect(database('postgres://app:secret@db.example/bahi?sslmode=verify-full')).toMatchObject({ tls: {} });
    const own = `postgres://app:secret@db.example/bahi?sslmode=verify-full&sslrootcert=${files.certificate}`;
    expect(database(own)).toMatchObject({ host: 'db.example', tls: { ca: CERTIFICATE } });
    expect(database('postgres://app:secret@[::1]/bahi')).toMatchObject({ host: '::1' });
  });

  test.each([
    ['postgres://app:secret@db.example/bahi', /sslmode=verify-full/],
    ['postgres://app:secret@db.example/bahi?sslmode=require', /sslmode=verify-full/],
    ['postgres://app:secret@10.0.0.1/bahi?sslmode=verify-ca', /sslmode=verify-full/],
    ['postgres://app:secret@localhost/bahi?host=10.0.0.1', /10\.0\.0\.1, which is not this machine/],
    ['postgres://app:secret@localhost/bahi?sslmode=prefer', /verify-full or sslmode=disable/],
    ['postgres://app:secret@localhost/bahi?sslrootcert=/x', /without sslmode/],
    ['postgres://app:secret@db.example/bahi?sslmode=verify-full&sslrootcert=/nowhere', /cannot be read/],
    ['postgres://app:secret@localhost/bahi?options=-csearch_path', /parameter options/],
    ['postgres://app:secret@localhost', /one database/],
    ['postgres://localhost/bahi', /names no user/],
    ['postgres://app:secret@one,two/bahi', /several hosts/],
    ['mysql://app:secret@localhost/bahi', /must look like postgres:/],
    ['app:secret@localhost', /must look like postgres:/],
    ['postgres://app:%ZZsecret@localhost/bahi', /percent-encoded|must look like/],
  ])('%s is refused without repeating the password', (url, expected) => {
    expect(words(url)).toMatch(expected);
  });
});

describe('the master key of the embedded database', () => {
  test('two starts at once make one key, which only its owner can read', async () => {
    const dataDir = join(directory, 'fresh', 'data');
    const starts = Array.from({ length: 8 }, () => masterKey({ dataDir, masterKey: undefined }));
    const keys = new Set((await Promise.all(starts)).map((key) => key.toString('hex')));
    expect(keys.size).toBe(1);
    expect((await stat(join(dataDir, 'master.key'))).mode & 0o777).toBe(0o600);
    expect(await readdir(dataDir)).toEqual(['master.key']);
    expect(Buffer.from(await readFile(join(dataDir, 'master.key'), 'utf8'), 'base64')).toHaveLength(32);
  });

  test('a key that was given is used, and none is written', async () => {
    const dataDir = join(directory, 'given');
    const given = Buffer.alloc(32, 7);
    expect(await masterKey({ dataDir, masterKey: given })).toBe(given);
    await expect(stat(dataDir)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('a data directory that is a file, or stands below one, is told in one sentence', async () => {
    const dataDir = join(directory, 'occupied');
    await writeFile(dataDir, '');
    for (const named of [dataDir, join(dataDir, 'below')])
      await expect(masterKey({ dataDir: named, masterKey: undefined })).rejects.toThrow(
        `The data directory ${named} is no directory, or stands below a file: name another in BAHI_DATA_DIR`,
      );
  });

  test.each([
    ['EACCES', /cannot be written by this account/],
    ['EROFS', /cannot be written by this account/],
    ['ENOSPC', /no room left .*: make room and start again/],
    ['EIO', /^undefined$/],
  ])('%s at a data directory has its sentence, or is left as it is', (code, sentence) => {
    expect(String(explainDirectory('/data', code))).toMatch(sentence);
  });

  test('a key file that others can read is refused', async () => {
    const dataDir = join(directory, 'loose');
    await masterKey({ dataDir, masterKey: undefined });
    await chmod(join(dataDir, 'master.key'), 0o644);
    await expect(masterKey({ dataDir, masterKey: undefined })).rejects.toThrow(/chmod 600/);
  });
});
