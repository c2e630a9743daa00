/** What stands once for all ledgers, held against what is known outside the database; read with the installation's own log. */
import { INSTALLATION_LEDGER } from '../../kernel/id.ts';
import { keyCheckValue, type LinkKey } from '../batch-rows.ts';
import { NO_ROW, type Problems } from './problems.ts';
import type { LogHead, VerifyReads } from './store.ts';

/** As the first migration names it. */
const INSTALLATION_NAME = 'installation';

/** Requires that the link key is the one that the logs were written with, installation included. */
export async function checkInstallation(
  reads: VerifyReads,
  { names, sandbox }: LogHead,
  linkKey: LinkKey,
  problems: Problems,
): Promise<void> {
  const { installation, link_keys: linkKeys, unknown_ledgers: unknown } = await reads.installation();
  const check = (subject: string, expected: string, found: string): void => {
    if (expected !== found) problems.add({ check: 'installation', subject, expected, found });
  };
  check('id of the installation', linkKey.installation, installation.join(', ') || NO_ROW);
  check(
    'ledgers that no event created',
    `${INSTALLATION_NAME} ${INSTALLATION_LEDGER}`,
    names.map((row) => row.join(' ')).join(', ') || NO_ROW,
  );
  check('mode of the installation', 'live', sandbox ? 'sandbox' : 'live');
  check(
    'versions and check values of link keys',
    `${linkKey.version} ${keyCheckValue(linkKey)}`,
    linkKeys.map((row) => row.join(' ')).join(', ') || NO_ROW,
  );
  for (const [digest, found] of await reads.brokenSecrets())
    problems.add({
      check: 'secrets',
      subject: 'digest of a sealed secret',
      expected: digest,
      found: found ?? NO_ROW,
    });
  for (const [table, ledgerId] of unknown)
    check(`rows of ledger number ${ledgerId} in ${table}`, NO_ROW, 'rows');
}
