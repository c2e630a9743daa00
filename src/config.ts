/**
 * The only reader of the environment. Every variable is validated before anything starts; the first thing that is
 * wrong is one line that says what to do, and the entry points print it and exit 2.
 *
 * A variable that is set but empty is refused: an empty DATABASE_URL would otherwise serve another database.
 */
import { readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { type DatabaseOptions, isLoopback, postgresOptionsFromUrl } from './db/postgres-url.ts';
import { parseRate, type Rate, SIGN_IN_RATE } from './identity/rate.ts';
import { err, ok, type Result } from './kernel/result.ts';
import { parseMasterKey, readMasterKeyFile } from './platform/master-key.ts';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface Config {
  /** Absolute path. */
  readonly dataDir: string;
  /** What serves; undefined: the embedded database of dataDir. */
  readonly database: DatabaseOptions | undefined;
  /** What migrates; only beside `database`. */
  readonly ownerDatabase: DatabaseOptions | undefined;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Undefined only on the embedded database, which keeps its own (platform/master-key.ts). */
  readonly masterKey: Buffer | undefined;
  readonly logLevel: LogLevel;
  /** PEM texts. */
  readonly tls: { readonly certificate: string; readonly key: string } | undefined;
  /** Whose X-Forwarded-For is believed. */
  readonly trustedProxies: BlockList | undefined;
  /** Where the newest checkpoints of the logs are kept, outside of the database. */
  readonly checkpointDir: string;
  /** How old an event may become that no checkpoint covers before posting to its ledger stops. */
  readonly checkpointLagSeconds: number;
  /**
   * How long a new or recovered factor of a customer waits before it can authorise a transfer, and a customer whose cap was raised
   * or whose payments go on again.
   */
  readonly factorWaitSeconds: number;
  /** How many requests one source may send to sign in, to enrol and to redeem a reset. */
  readonly signInRate: Rate;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Thrown and caught in this file only: the first bad value ends the reading. */
class BadValue extends Error {}

const refuse = (message: string): never => {
  throw new BadValue(message);
};

export function loadConfig(env: Environment = process.env): Result<Config, string> {
  try {
    return ok(readConfig(env));
  } catch (cause) {
    if (cause instanceof BadValue) return err(cause.message);
    throw cause;
  }
}

function readConfig(env: Environment): Config {
  const get = (name: string): string | undefined => {
    const value = env[name];
    if (value?.trim() === '') refuse(`${name} is set but empty: give it a value or unset it`);
    if (value?.includes('\0')) refuse(`${name} contains a NUL character`);
    return value;
  };
  const databases = readDatabases(get);
  const masterKey = readMasterKey(get);
  if (databases.database !== undefined && masterKey === undefined)
    refuse(
      'DATABASE_URL needs BAHI_MASTER_KEY_FILE or BAHI_MASTER_KEY: make one with `openssl rand -base64 32`',
    );
  const dataDir = resolve(get('BAHI_DATA_DIR') ?? '.bahi');
  return {
    dataDir,
    checkpointDir: resolve(get('BAHI_CHECKPOINT_DIR') ?? join(dataDir, 'checkpoints')),
    checkpointLagSeconds: readCheckpointLag(get('BAHI_CHECKPOINT_LAG_SECONDS') ?? '60'),
    ...databases,
    masterKey,
    ...readListener(get),
    port: readPort(get('PORT') ?? '8080'),
    logLevel: readLogLevel(get('LOG_LEVEL') ?? 'info'),
    factorWaitSeconds: readFactorWait(get('BAHI_FACTOR_WAIT_HOURS') ?? '12'),
    signInRate: readSignInRate(get('BAHI_SIGN_IN_RATE') ?? SIGN_IN_RATE.text),
  };
}

type Get = (name: string) => string | undefined;

function readDatabases(get: Get): Pick<Config, 'database' | 'ownerDatabase'> {
  const database = readUrl(get, 'DATABASE_URL');
  const ownerDatabase = readUrl(get, 'DATABASE_OWNER_URL');
  if (ownerDatabase !== undefined && database === undefined)
    refuse('DATABASE_OWNER_URL is set without DATABASE_URL, which names the role that serves');
  if (ownerDatabase !== undefined && ownerDatabase.user === database?.user)
    refuse(
      'DATABASE_URL and DATABASE_OWNER_URL name the same role: the one that serves may not own the tables',
    );
  return { database, ownerDatabase };
}

function readUrl(get: Get, name: string): DatabaseOptions | undefined {
  const text = get(name);
  if (text === undefined) return undefined;
  const parsed = postgresOptionsFromUrl(text);
  return parsed.ok ? parsed.value : refuse(`${name} ${parsed.error}`);
}

function readMasterKey(get: Get): Buffer | undefined {
  const text = get('BAHI_MASTER_KEY');
  const file = get('BAHI_MASTER_KEY_FILE');
  if (text !== undefined && file !== undefined)
    refuse('BAHI_MASTER_KEY and BAHI_MASTER_KEY_FILE are both set: keep one');
  if (text !== undefined)
    return (
      parseMasterKey(text.trim()) ??
      refuse('BAHI_MASTER_KEY must be 32 bytes as 64 hexadecimal digits or base64')
    );
  if (file === undefined) return undefined;
  const key = readMasterKeyFile(file);
  return key.ok ? key.value : refuse(`BAHI_MASTER_KEY_FILE: ${key.error}`);
}

function readListener(get: Get): Pick<Config, 'host' | 'tls' | 'trustedProxies'> {
  const host = get('HOST') ?? '127.0.0.1';
  if (isIP(host) === 0 && !/^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/.test(host))
    refuse('HOST must be an address or a host name');
  const tls = readTls(get);
  const trustedProxies = readProxies(get('BAHI_TRUSTED_PROXIES'));
  if (!isLoopback(host) && tls === undefined && trustedProxies === undefined)
    refuse(
      `HOST ${host} is reachable from outside without TLS: set BAHI_TLS_CERT_FILE and BAHI_TLS_KEY_FILE, or BAHI_TRUSTED_PROXIES to the proxy that ends TLS`,
    );
  return { host, tls, trustedProxies };
}

function readTls(get: Get): Config['tls'] {
  const certificateFile = get('BAHI_TLS_CERT_FILE');
  const keyFile = get('BAHI_TLS_KEY_FILE');
  if (certificateFile === undefined && keyFile === undefined) return undefined;
  if (certificateFile === undefined || keyFile === undefined)
    return refuse('BAHI_TLS_CERT_FILE and BAHI_TLS_KEY_FILE belong together: set both or neither');
  const certificate = readText('BAHI_TLS_CERT_FILE', certificateFile);
  const key = readText('BAHI_TLS_KEY_FILE', keyFile);
  try {
    createSecureContext({ cert: certificate, key });
  } catch {
    refuse('BAHI_TLS_CERT_FILE and BAHI_TLS_KEY_FILE must be a PEM certificate and its PEM key');
  }
  return { certificate, key };
}

function readText(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    return refuse(`${name}: ${file} cannot be read (${(cause as NodeJS.ErrnoException).code})`);
  }
}

function readProxies(text: string | undefined): BlockList | undefined {
  if (text === undefined) return undefined;
  const list = new BlockList();
  for (const item of text.split(',').map((part) => part.trim())) {
    const [address = '', prefix, ...more] = item.split('/');
    const version = isIP(address);
    const bits =
      prefix === undefined ? (version === 4 ? 32 : 128) : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
    if (version === 0 || more.length > 0 || bits < 0 || bits > (version === 4 ? 32 : 128))
      refuse(
        `BAHI_TRUSTED_PROXIES must be addresses or CIDR blocks with commas between; "${item}" is neither`,
      );
    if (bits === 0) refuse(`BAHI_TRUSTED_PROXIES: ${item} would believe everyone`);
    list.addSubnet(address, bits, version === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  return port <= 65_535 ? port : refuse('PORT must be a number from 0 to 65535');
}

/**
 * Twelve hours unless told otherwise: who stole a client's key is not to enrol a factor and pay with it before the customer can
 * notice. RBI/2025-26/79 asks for a second factor and names no such time.
 */
function readFactorWait(text: string): number {
  const hours = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  return hours >= 1 && hours <= 168
    ? hours * 3600
    : refuse('BAHI_FACTOR_WAIT_HOURS must be a whole number from 1 to 168');
}

const readSignInRate = (text: string): Rate =>
  parseRate(text) ?? refuse('BAHI_SIGN_IN_RATE must be a rate such as 60/m: requests per s, m, h or d');

function readCheckpointLag(text: string): number {
  const seconds = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  return seconds >= 5 && seconds <= 3600
    ? seconds
    : refuse('BAHI_CHECKPOINT_LAG_SECONDS must be a whole number from 5 to 3600');
}

function readLogLevel(text: string): LogLevel {
  return (
    LOG_LEVELS.find((level) => level === text) ?? refuse(`LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}`)
  );
}
