/** The benchmark in its smallest size, through the verb: that it runs, verifies what it did, and writes its report. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Run } from '../../bench/report/results.ts';
import { type Finished, runCli } from '../support/cli.ts';

let directory: string;
let finished: Finished;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bahi-bench-test-'));
  finished = await runCli(['bench', '--size', 'smoke', '--out', directory, '--json'], {});
}, 180_000);
afterAll(() => rm(directory, { recursive: true, force: true }));

test('a smoke run measures every kind of workload and finds every ledger sound', () => {
  expect(finished).toMatchObject({ code: 0 });
  const run = JSON.parse(finished.stdout) as Run;
  const measured = run.results.filter(({ median, operations }) => median > 0 && operations > 0);
  expect(measured.map(({ name }) => name)).toEqual(run.results.map(({ name }) => name));
  expect(new Set(run.results.map(({ level }) => level))).toEqual(
    new Set(['baseline', 'engine', 'process', 'http', 'bulk', 'import', 'rules']),
  );
});

test('what goes over HTTP is told beside an empty request of the same run', () => {
  const { results } = JSON.parse(finished.stdout) as Run;
  const rateOf = (name: string): number => results.find((result) => result.name === name)?.median ?? 0;
  const empty = rateOf('baseline/empty request, 256 connections');
  expect(rateOf('baseline/empty request, 1 connection')).toBeGreaterThan(0);
  const told = results.flatMap(({ name, byEmpty }) => (byEmpty ? [[name, byEmpty.rate] as const] : []));
  expect(told).toEqual(['http/32 connections', 'bulk/batches'].map((name) => [name, rateOf(name) / empty]));
});

test('what ends at a count comes to the same result on every machine', () => {
  const run = JSON.parse(finished.stdout) as Run;
  const hashOf = (name: string) => run.results.find((result) => result.name === name)?.resultHash;
  expect(['engine/uniform', 'engine/replay'].map(hashOf)).toEqual(['85895406aa859ebd', '6121cc2fd5f0c4a9']);
});

test('the report names every workload and shows its plot', async () => {
  const run = JSON.parse(finished.stdout) as Run;
  const report = await readFile(join(directory, 'report.md'), 'utf8');
  expect(run.results.filter(({ name }) => !report.includes(`| ${name} |`))).toEqual([]);
  expect(report).toContain('![workloads.svg](workloads.svg)');
  expect(await readFile(join(directory, 'workloads.svg'), 'utf8')).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
});

test('an option that is not there is exit 2 and one line', async () => {
  const { code, stderr } = await runCli(['bench', '--frob'], {});
  expect({ code, stderr }).toEqual({ code: 2, stderr: "bench: Unknown option '--frob'\n" });
});
