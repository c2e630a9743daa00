/**
 * Reporter: names the ten slowest tests, so that a suite that grows slow says where.
 */
import type { Reporter, TestModule } from 'vitest/node';

const SHOWN = 10;

export class Slowest implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules
      .flatMap((module) => [...module.children.allTests()])
      .map((test) => ({
        ms: test.diagnostic()?.duration ?? 0,
        name: test.fullName,
        file: test.module.relativeModuleId,
      }))
      .sort((one, other) => other.ms - one.ms)
      .slice(0, SHOWN);
    const lines = tests.map(
      ({ ms, name, file }) => `${String(Math.round(ms)).padStart(7)} ms  ${file} > ${name}`,
    );
    process.stdout.write(`\n Slowest\n${lines.join('\n')}\n`);
  }
}
