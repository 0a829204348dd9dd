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
/** For the reader of command lines only what stands beside each part and the written readings: hundreds of other tests read lines too, later and less exactly. What only they would find counts as not found. */
const besideShell: Readonly<Record<string, string>> = { 'policy/shell': '*', 'policy/shell/git': 'git/*', 'policy/shell/packages': '{packages,scripts}/*', 'policy/shell/programs': 'programs/*' }
const mutated = process.env['OMNI_MUTATED'] ?? ''
const beside = besideShell[mutated]

/** The tests that mutants of `src/policy` have to get past: all that start nothing and read nothing but fixtures. */
export default defineConfig({
  test: {
    include: beside === undefined ? ['src/policy/**/*.test.ts', 'test/policy/*.test.ts'] : [`src/policy/shell/${beside}.test.ts`, 'test/policy/readings.test.ts'],
    exclude: ['test/policy/shell-oracle.test.ts', 'test/policy/replay-exports.test.ts', ...(mutated === '' ? [] : beside === undefined ? aboutShell : ['src/policy/shell/{caps,spellings}.test.ts'])],
    env: { OMNI_LANE: 'mutation', OMNI_DEEP: '0' },
    isolate: false,
    testTimeout: 20_000,
    sequence: { sequencer: QuickFirst },
  },
})
