import type { Reporter, TestModule } from 'vitest/node'

/** Ends the run with `N passed, N failed`. A skipped test counts as failed: nothing is left out in silence. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let passed = 0
    let failed = errors.length
    for (const module of modules) {
      failed += module.errors().length
      for (const test of module.children.allTests()) {
        if (test.result().state === 'passed') passed += 1
        else failed += 1
      }
    }
    process.exitCode = failed > 0 || passed === 0 ? 1 : process.exitCode
    process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
  }
}
