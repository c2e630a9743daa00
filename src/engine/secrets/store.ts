/** Keeps sealed secrets, before the event that names them by their digest (digest.ts). */
import { call, type Sql } from '../../db/connect.ts';

/** Doing it twice does it once, so it may be retried as a read is. */
const WRITE = { deadlineMs: 5000, read: true } as const;

export async function keepSealed(sql: Sql, secrets: readonly Buffer[]): Promise<void> {
  const list = `{${secrets.map((secret) => `"\\\\x${secret.toString('hex')}"`).join(',')}}`;
  await call(() => sql`select bahi.sealed_secret_put(${list}::text::bytea[]) as r`, WRITE);
}
