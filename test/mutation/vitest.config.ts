import { defineConfig } from 'vitest/config'
import { BaseSequencer } from 'vitest/node'

/** Pure tests on examples first, whatever draws at random last: most mutants are caught by the former, and then no more is run. */
const late = ['properties.test.ts', 'obfuscate.test.ts', 'quiet.test.ts', 'conditions.test.ts', 'caps.test.ts']
class QuickFirst extends BaseSequencer {
  override async sort(files: Parameters<BaseSequencer['sort']>[0]): ReturnType<BaseSequencer['sort']> {
    const rank = (path: string) => late.findIndex((name) => path.endsWith(name))
    return [...files].sort((left, right) => rank(left.moduleId) - rank(right.moduleId) || left.moduleId.localeCompare(right.moduleId))
  }
}

/** These read hundreds of command lines: what they say of other folders the rest says too, and sooner. */
const aboutShell = ['src/policy/shell/**', 'test/policy/{obfuscate,quiet,ordinary-commands}.test.ts']

/** The tests that mutants of `src/policy` have to get past: all that start nothing and read nothing but fixtures. */
export default defineConfig({
  test: {
    include: ['src/policy/**/*.test.ts', 'test/policy/*.test.ts'],
    exclude: ['test/policy/shell-oracle.test.ts', 'test/policy/replay-exports.test.ts', ...(process.env['OMNI_MUTATED']?.startsWith('policy/shell') === false ? aboutShell : [])],
    env: { OMNI_LANE: 'mutation', OMNI_DEEP: '0' },
    isolate: false,
    testTimeout: 20_000,
    sequence: { sequencer: QuickFirst },
  },
})
