/**
 * Reads DATABASE_URL and DATABASE_OWNER_URL into the options that connect() takes.
 *
 * Stricter than libpq: a server that is not on this machine must prove its name (sslmode=verify-full), because
 * `require` encrypts to whoever answers; a parameter that we would ignore is refused. No message repeats the
 * URL: it holds a password.
 */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { err, ok, type Result } from '../kernel/result.ts';

export interface DatabaseOptions {
  /** Host name, address, or the absolute path of the directory that holds the socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Absent: no TLS. Present: certificate and name are verified. */
  readonly tls?: { readonly ca?: string };
}

const PARAMETERS = ['sslmode', 'sslrootcert', 'host', 'user', 'password'];

/** 127.0.0.0/8, ::1, localhost: what never leaves the machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Fails with a sentence to follow the variable's name. A socket directory goes percent-encoded into the host's place or into `host=`. */
export function postgresOptionsFromUrl(text: string): Result<DatabaseOptions, string> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['postgres:', 'postgresql:'].includes(url.protocol))
    return err('must look like postgres://user:password@host:5432/database');
  const unknown = [...url.searchParams.keys()].find((name) => !PARAMETERS.includes(name));
  if (unknown !== undefined) return err(`has the parameter ${unknown}, which is not known here`);

  const query = (name: string): string | undefined => url.searchParams.get(name) ?? undefined;
  const host = query('host') ?? decode(url.hostname.replace(/^\[|\]$/g, ''));
  const user = query('user') ?? decode(url.username);
  const password = query('password') ?? decode(url.password);
  const database = decode(url.pathname.slice(1));
  if (!host) return err('names no host');
  if (host.includes(',')) return err('names several hosts; name the one that is the primary');
  if (!user) return err('names no user');
  if (password === undefined) return err('has a password that is not percent-encoded correctly');
  if (!database || database.includes('/')) return err('must name one database after the host');

  const tls = readTls(host, query('sslmode'), query('sslrootcert'));
  if (!tls.ok) return tls;
  const port = url.port === '' ? 5432 : Number(url.port);
  return ok({ host, port, user, password, database, ...(tls.value && { tls: tls.value }) });
}

function readTls(
  host: string,
  mode: string | undefined,
  rootCertificate: string | undefined,
): Result<DatabaseOptions['tls'], string> {
  const local = host.startsWith('/') || isLoopback(host);
  if (mode !== 'verify-full') {
    if (!local)
      return err(
        `names the host ${host}, which is not this machine: add sslmode=verify-full (and sslrootcert=FILE for an authority of your own)`,
      );
    if (mode !== undefined && mode !== 'disable')
      return err('must have sslmode=verify-full or sslmode=disable');
    if (rootCertificate !== undefined) return err('has sslrootcert without sslmode=verify-full');
    return ok(undefined);
  }
  if (host.startsWith('/')) return err('asks for TLS on a socket, where there is none: drop sslmode');
  if (rootCertificate === undefined || rootCertificate === 'system') return ok({});
  try {
    return ok({ ca: readFileSync(rootCertificate, 'utf8') });
  } catch {
    return err(`names sslrootcert ${rootCertificate}, which cannot be read`);
  }
}
