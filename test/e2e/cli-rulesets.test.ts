/** Rulesets at the shell: checked, printed and tested as files, without a database. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Finished, runCli } from '../support/cli.ts';
import { documentOf, ruleOf, soundRuleset } from '../support/rulesets.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bahi-rules-'));
});
afterAll(() => rm(folder, { recursive: true }));

const run = (...words: string[]): Promise<Finished> =>
  runCli(['ruleset', ...words], { DATABASE_URL: 'nowhere' });

async function file(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(
    path,
    typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content),
  );
  return path;
}

const ABOVE = { more_than: [{ fact: 'amount' }, { money: '5000' }] };
const CASES = [
  { name: 'a paisa above', given: { amount: '5000.01' }, expect: 'fires', boundary: true },
  { name: 'at the cap', given: { amount: '5000' }, expect: 'does_not_fire', boundary: true },
  { name: 'in another currency', given: {}, expect: 'missing' },
];
const DOCUMENT = documentOf([
  ruleOf(ABOVE, { cases: CASES }),
  ruleOf(ABOVE, { name: 'off', enabled: false }),
]);

test('a sound ruleset is summed up, and printed as sentences with its hash', async () => {
  const path = await file('sound.json', DOCUMENT);
  const { hash } = soundRuleset(DOCUMENT);
  expect(await run('check', path)).toEqual({
    code: 0,
    stdout: `test is sound: 2 rules, 1 on; 1 fact; sha-256 ${hash}\n`,
    stderr: '',
  });
  const printed = await run('print', path);
  expect(printed.stdout).toContain(`sha-256 ${hash}`);
  expect(printed.stdout).toContain('rule one: A rule\n  when amount > ₹5,000.00\n  then block\n');
  expect(JSON.parse((await run('check', path, '--json')).stdout)).toMatchObject({
    hash,
    rules: 2,
    enabled: 1,
    facts: ['amount'],
  });
});

test('an unsound one is told every complaint with its path, and exit 1', async () => {
  const path = await file(
    'unsound.json',
    documentOf([ruleOf({ all: [{ fact: 'x\u001b[31m' }, { y: [] }] })]),
  );
  const checked = await run('check', path);
  expect(checked).toMatchObject({ code: 1, stdout: '' });
  const [first, second, last] = checked.stderr.split('\n');
  expect(first).toMatch(/^\/rules\/0\/when\/all\/0\/fact: there is no such fact/);
  expect(second).toMatch(/^\/rules\/0\/when\/all\/1\/y: there is no such operator/);
  expect(last).toBe(`bahi: ${path} is not sound: 2 complaints, see above`);
  const { error } = JSON.parse((await run('print', path, '--json')).stdout);
  expect(error.code).toBe('ruleset_unsound');
  expect(error.message).toContain('/rules/0/when/all/1/y: there is no such operator');
});

test('the name of a field brings no control character to the terminal', async () => {
  const path = await file('escape.json', documentOf([ruleOf({ '\u001b[31m': [] })]));
  const { stderr } = await run('check', path);
  expect(stderr).toContain('/rules/0/when/\ufffd[31m');
  expect(stderr).not.toContain('\u001b');
});

test('cases that hold are told, one by one; a rule without any fails', async () => {
  const path = await file('cases.json', documentOf([ruleOf(ABOVE, { cases: CASES })]));
  expect(await run('test', path)).toEqual({
    code: 0,
    stdout:
      'ok      one: a paisa above\nok      one: at the cap\nok      one: in another currency\n3 passed, 0 failed\n',
    stderr: '',
  });
  const bare = await run('test', await file('bare.json', DOCUMENT));
  expect(bare).toMatchObject({ code: 1, stderr: '' });
  expect(bare.stdout).toContain(
    'FAILED  off: has no case in which it fires\nFAILED  off: has no case in which it does not fire\n3 passed, 2 failed\n',
  );
});

test('a case that does not hold says what the rule does instead, of a rule that is off too', async () => {
  const wrong = [{ name: 'below', given: { amount: '1' }, expect: 'fires' }, ...CASES];
  const path = await file('wrong.json', documentOf([ruleOf(ABOVE, { enabled: false, cases: wrong })]));
  const tested = await run('test', path);
  expect(tested.code).toBe(1);
  expect(tested.stdout).toContain('FAILED  one: below: it does not fire, and was to be one that fires\n');
  expect(JSON.parse((await run('test', path, '--json')).stdout)).toMatchObject({
    passed: false,
    results: [{ rule: 'one', case: 'below', expected: 'fires', found: 'does_not_fire' }, {}, {}, {}],
  });
});

test('a file that cannot be read, or is no text, is one line', async () => {
  const missing = join(folder, 'missing.json');
  expect(await run('check', missing)).toEqual({
    code: 1,
    stdout: '',
    stderr: `bahi: ${missing}: it cannot be read (ENOENT)\n`,
  });
  const bytes = await file('bytes.json', Buffer.from([0xff, 0xfe]));
  expect((await run('check', bytes)).stderr).toBe(`bahi: ${bytes}: it is not UTF-8\n`);
});

test('the JSON Schema is printed', async () => {
  const { code, stdout } = await run('schema');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ title: 'Bahi ruleset', type: 'object' });
});

test('the India pack is sound, and its cases hold', async () => {
  const tested = await run('test', '--pack', 'india');
  expect(tested).toMatchObject({ code: 0, stderr: '' });
  expect(tested.stdout).toMatch(/^ok {6}upi_daily_cap: a paisa above the sum\n/);
  expect(tested.stdout).toMatch(/\n\d{2,} passed, 0 failed\n$/);
  const printed = await run('print', '--pack', 'india');
  expect(printed.stdout).toContain(
    '\nrule kill_switch (off): The customer switched outgoing payments off\n  draft: RBI discussion paper',
  );
});

test.each([
  ['neither file nor pack', [], 'name a file, or a pack by --pack'],
  ['both', ['rules.json', '--pack', 'india'], 'name a file, or a pack by --pack'],
  ['a pack that there is none of', ['--pack', 'toString'], '--pack must be one of india'],
])('%s is a matter of usage', async (_, words, message) => {
  expect(await run('check', ...words)).toEqual({ code: 2, stdout: '', stderr: `bahi: ${message}\n` });
});

test('what a ruleset makes of some facts is told step by step', async () => {
  const facts =
    '{"amount":"1000.01","account_age(payer)":"23h","sum(payer, outgoing, 24h)":"4000","sum(payer, outgoing, day)":"4000"}';
  const told = await run(
    'explain',
    '--pack',
    'india',
    '--rule',
    'new_user',
    '--facts',
    facts.replace(/,"sum\(payer, outgoing, day.*/, '}'),
  );
  expect(told).toEqual({
    code: 0,
    stderr: '',
    stdout: `new_user fires
  true: account_age(payer) < 24h and sum(payer, outgoing, 24h) + amount > ₹5,000.00
    true: account_age(payer) < 24h
      23h: account_age(payer)
    true: sum(payer, outgoing, 24h) + amount > ₹5,000.00
      5000.01: sum(payer, outgoing, 24h) + amount
        4000.00: sum(payer, outgoing, 24h)
        1000.01: amount
`,
  });
  const whole = await run('explain', '--pack', 'india', '--facts', facts);
  expect(whole.stdout).toMatch(/^block, score 80\n\n/);
  expect(whole.stdout).toContain(
    'telecom_high is undecided\n  missing: telecom_risk = high\n    missing: telecom_risk\n',
  );
  const { decision, rules } = JSON.parse(
    (await run('explain', '--pack', 'india', '--facts', facts, '--json')).stdout,
  );
  expect(decision.reasons.map((reason: { rule: string }) => reason.rule)).toEqual(['new_user']);
  expect(rules.map((one: { rule: string }) => one.rule)).toEqual(
    expect.arrayContaining(['new_user', ...decision.undecided]),
  );
});

test.each([
  [
    'a fact that no rule names',
    '{"mood":"good"}',
    '--facts: there is no fact mood here; there are account_age(payer);',
  ],
  ['a value of another type', '{"amount":9000}', '--facts: amount is of type money: write it as rules do'],
  ['what is no object', '[]', '--facts must be a JSON object'],
])('%s is refused as the facts to explain', async (_, facts, message) => {
  const { code, stderr } = await run('explain', '--pack', 'india', '--facts', facts);
  expect(code).toBe(2);
  expect(stderr).toContain(`bahi: ${message}`);
});
