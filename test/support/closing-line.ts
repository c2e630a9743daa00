/**
 * Reporter: the very last line of a run is `N passed, N failed`.
 *
 * A module that does not load and an error outside a test count as failures: otherwise a broken file would look
 * like a smaller suite. Printed at exit, after the teardown of the cluster has had its say.
 */
import type { Reporter, TestModule, TestRunEndReason } from 'vitest/node';

export class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[], reason: TestRunEndReason): void {
    let passed = 0;
    let failed = errors.length;
    for (const module of modules) {
      failed += module.errors().length;
      for (const suite of module.children.allSuites()) failed += suite.errors().length;
      passed += [...module.children.allTests('passed')].length;
      failed += [...module.children.allTests('failed')].length;
    }
    // A setup that failed reports no error here.
    if (failed === 0 && (reason !== 'passed' || modules.length === 0)) failed = 1;
    process.once('exit', () => process.stdout.write(`${passed} passed, ${failed} failed\n`));
  }
}
