/**
 * How the suite runs: one PostgreSQL for all of it, four processes at most (they wait for others more than they compute), and a closing line that other programs
 * read: `N passed, N failed` is the last line of every run.
 */
import { defineConfig } from 'vitest/config';
import { ClosingLine } from './test/support/closing-line.ts';
import { Slowest } from './test/support/slowest.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 4,
    globalSetup: ['test/support/global-setup.ts'],
    reporters: ['default', new Slowest(), new ClosingLine()],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
