/** Calls of the command line that end before a database is asked: what is wrong with them, and what help says. */
import { expect, test } from 'vitest';
import { endingOf } from '../../src/cli/errors.ts';
import { buildProgram, parseCall } from '../../src/cli/program.ts';

/** Where parsing a call ends, and what it printed. */
async function call(line: string) {
  let printed = '';
  const program = buildProgram({ newRequestId: () => 'req_test' });
  const writeOut = (text: string): void => {
    printed += text;
  };
  for (const command of [
    program,
    ...program.commands,
    ...program.commands.flatMap(({ commands }) => commands),
  ])
    command.configureOutput({ writeOut });
  const error = await parseCall(program, line.split(' ').filter(Boolean)).catch((e) => e);
  return { ...endingOf(error), printed };
}

test.each([
  [''],
  ['nonsense'],
  ['nonsense --help'],
  ['help nonsense'],
  ['ledger'],
  ['ledger nonsense --help'],
  ['help ledger nonsense'],
  ['ledger create'],
  ['ledger create a b'],
  ['ledger list --nope'],
  ['account create --ledger mumbai'],
  ['account create --ledger mumbai --kind purse'],
  ['account list --ledger mumbai --limit 0'],
  ['account show --ledger mumbai'],
  ['account show cash --ledger mumbai --at today'],
  ['account show cash --ledger mumbai --effective-at 2026-02-29'],
  ['account statement cash --ledger mumbai'],
  ['account statement cash --ledger mumbai --from today'],
  ['account statement cash --ledger mumbai --from 2026-02-29'],
  ['account statement cash --ledger mumbai --from 2026-02-01 --to 2026-02-30'],
  ['account statement cash --ledger mumbai --from 2026-02-01 --format pdf'],
  ['account statement cash --ledger mumbai --from 2026-02-01 --format csv --json'],
  ['account statement cash --ledger mumbai --from 2026-02-01 --force'],
  ['transfer'],
  ['transfer create --ledger mumbai'],
  ['transfer create --ledger mumbai --leg a,b'],
  ['transfer create --ledger mumbai --leg a,b,1.00,INR,x'],
  ['transfer create --ledger mumbai --leg a,b,1.00 --hold 0'],
  ['transfer create --ledger mumbai --leg a,b,1.00 --idempotency-key -'],
  ['transfer capture --ledger mumbai'],
  ['transfer reverse trf_0k3m9c200000001h'],
  ['transfer adjust --ledger mumbai --leg a,b,1.00'],
  ['account update savings-1 --ledger mumbai'],
  ['account update --ledger mumbai --close'],
  ['account update savings-1 --ledger mumbai --close --reopen'],
  ['account update savings-1 --ledger mumbai --freeze both --unfreeze debits'],
  ['account update savings-1 --ledger mumbai --freeze all'],
  ['period close --ledger mumbai'],
  ['period close --ledger mumbai --until soon'],
  ['period close --until 2026-03-31'],
  ['period list'],
  ['key create --scope transfers:read'],
  ['key create --ledger mumbai --installation --scope ledgers:read'],
  ['key list'],
  ['customer factors b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b'],
  ['customer factors --ledger mumbai'],
  ['import'],
  ['import p.csv --ledger mumbai --map debit'],
  ['import p.csv --ledger mumbai --map payer=x'],
  ['import p.csv --ledger mumbai --map debit=x,debit=y'],
  ['import p.csv --ledger mumbai --currency XXX'],
  ['import p.csv --ledger mumbai --floor 1.005'],
  ['import p.csv --ledger mumbai --id 9876543210'],
  ['import p.csv --ledger mumbai --map-accounts account=x'],
  ['export --ledger mumbai --format pdf'],
  ['export --ledger mumbai --format csv --json'],
  ['export --ledger mumbai --format csv --force'],
  [`verify --expect-head ${'1:'.padEnd(66, '0')}`],
  ['verify --ledger mumbai --expect-head 1:00'],
])('a call that is wrong is exit 2 and one line: bahi %s', async (line) => {
  expect(await call(line)).toMatchObject({
    exitCode: 2,
    code: 'usage',
    message: expect.stringMatching(/^[^\n]+$/),
    printed: '',
  });
});

test.each([
  ...['serve', 'migrate', 'import', 'export', 'verify', 'ledger create', 'ledger list'],
  ...[
    'account create',
    'account list',
    'account statement',
    'account update',
    'account tree',
    'account children',
    'key create',
    'customer factors',
    'key list',
    'key revoke',
    'key rotate',
  ],
  ...['create', 'capture', 'void', 'cancel', 'reverse', 'adjust'].map((name) => `transfer ${name}`),
])('bahi %s --help has an example and --json', async (verb) => {
  const { exitCode, message, printed } = await call(`${verb} --help`);
  expect({ exitCode, message }).toEqual({ exitCode: 0, message: '' });
  expect(printed).toContain(`Example:\n  npm run -s bahi -- ${verb}`);
  expect(printed).toContain('--json');
});

test('help on a verb that is not there says so', async () => {
  const { message } = await call('help ledger nonsense');
  expect(message).toBe('there is no verb ledger nonsense: see bahi --help');
  expect(await call('help ledger')).toMatchObject({
    exitCode: 0,
    printed: expect.stringContaining('Usage: bahi ledger'),
  });
});

test('help says that the time of a payment is not interpreted', async () => {
  expect((await call('import --help')).printed.replaceAll(/\s+/g, ' ')).toContain(
    'a time is kept as an opaque token and not interpreted',
  );
});
