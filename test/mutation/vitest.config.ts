import { defineConfig } from 'vitest/config'
import { BaseSequencer } from 'vitest/node'

/** Tests of one file come first, then those that read whole policies and logs, then whatever draws at random: most mutants are caught by the first, and then no more is run. */
const late = ['check-examples', 'case-log', 'coverage', 'explain', 'replay', 'lint-policies', 'worked-examples', 'run-cases', 'ordinary-commands', 'conditions', 'properties', 'obfuscate', 'quiet', 'caps'].map((name) => `/${name}.test.ts`)
class QuickFirst extends BaseSequencer {
  override async sort(files: Parameters<BaseSequencer['sort']>[0]): ReturnType<BaseSequencer['sort']> {
    const rank = (path: string) => late.findIndex((name) => path.endsWith(name))
    return [...files].sort((left, right) => rank(left.moduleId) - rank(right.moduleId) || left.moduleId.localeCompare(right.moduleId))
  }
}

/** These read hundreds of command lines: what they say of other folders the rest says too, and sooner. */
const aboutShell = ['src/policy/shell/**', 'test/policy/{obfuscate,quiet,ordinary-commands,readings,any-line}.test.ts']
/** What they say of reading lines the written readings and the tests beside the readers say too, and sooner: a fault that only they would find counts as not found. */
const aboutOther = ['src/policy/shell/{caps,spellings}.test.ts', 'test/policy/ordinary-commands.test.ts', 'src/policy/*.test.ts', 'src/policy/{conditions,lint,money,net,rules}/**', 'test/policy/{any-line,explain,obfuscate,properties,quiet,replay,run-cases,worked-examples}.test.ts']
const mutated = process.env['OMNI_MUTATED'] ?? ''

/** The tests that mutants of `src/policy` have to get past: all that start nothing and read nothing but fixtures. */
export default defineConfig({
  test: {
    include: ['src/policy/**/*.test.ts', 'test/policy/*.test.ts'],
    exclude: ['test/policy/shell-oracle.test.ts', 'test/policy/replay-exports.test.ts', ...(mutated.startsWith('policy/shell') ? aboutOther : mutated === '' ? [] : aboutShell)],
    env: { OMNI_LANE: 'mutation', OMNI_DEEP: '0' },
    isolate: false,
    testTimeout: 20_000,
    sequence: { sequencer: QuickFirst },
  },
})
