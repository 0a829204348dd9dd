/**
 * How many small faults put into `src/policy` make a test fail (Stryker); writes its section of docs/assurance.md.
 *
 *     npm run test:mutation                  every part; one whose sources and tests are as they were is not run again
 *     npm run test:mutation -- rules money   these parts
 *     OMNI_MUTATION_FILES=0.5                of the shell's files only so many, drawn by OMNI_SEED; the share is reported
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { seededRandom } from '../test/support/seeded-random.ts'

const folder = '.cache/mutation'
/** One file per part, kept with the project: what is measured stays known on the next machine. */
const results = 'test/mutation/results'
const assurance = 'docs/assurance.md'
const seed = Number(process.env['OMNI_SEED'] ?? '20261124')
const fileShare = Number(process.env['OMNI_MUTATION_FILES'] ?? '1')

const tools = 'src/policy/{broken-examples,case-log,check-examples,coverage,event-words,explain,explain-condition,run-cases,server-policies,spoken-kinds,try-policies}.ts'
/** The folders of `src/policy`, in the order in which they are run; its own files in two: what decides, and what explains and checks. */
const parts: Readonly<Record<string, { readonly files: string; readonly without?: string }>> = {
  'policy: decisions': { files: 'src/policy/*.ts', without: tools }, 'policy/rules': { files: 'src/policy/rules/*.ts' }, 'policy/conditions': { files: 'src/policy/conditions/*.ts' }, 'policy/money': { files: 'src/policy/money/*.ts' }, 'policy/net': { files: 'src/policy/net/*.ts' },
  'policy: tools': { files: tools }, 'policy/lint': { files: 'src/policy/lint/*.ts' },
  'policy/shell': { files: 'src/policy/shell/{*,builtins/*}.ts' }, 'policy/shell/git': { files: 'src/policy/shell/git/*.ts' }, 'policy/shell/packages': { files: 'src/policy/shell/{packages,scripts}/*.ts' }, 'policy/shell/programs': { files: 'src/policy/shell/programs/*.ts' },
}

interface PartResult {
  readonly part: string
  readonly inputs: string
  readonly commit: string
  readonly date: string
  /** Files mutated, of how many. */
  readonly files: readonly [number, number]
  readonly counts: Readonly<Record<'killed' | 'timeout' | 'survived' | 'noCoverage' | 'errors', number>>
}

const wanted = process.argv.slice(2)
const chosen = Object.keys(parts).filter((part) => wanted.length === 0 || wanted.some((each) => part === each || part === `policy/${each}` || part === `policy: ${each}`))
mkdirSync(folder, { recursive: true })
let failed = chosen.length === 0
for (const part of chosen) failed = !run(part) || failed
report()
process.exitCode = failed ? 1 : 0

function run(part: string): boolean {
  const { files: wide = '', without = '' } = parts[part] ?? {}
  const apart = new Set(globSync(without))
  const all = globSync(wide).filter((file) => !file.endsWith('.test.ts') && !apart.has(file)).toSorted()
  const files = part.startsWith('policy/shell') ? drawn(part, all) : all
  const inputs = hashOf([...files, ...globSync(['src/policy/**/*.ts', 'test/policy/**/*.*', 'test/fixtures/{policies,shell}/**/*', 'test/mutation/*.*', 'src/spec/policy/**/*.ts'])])
  const known = read(part)
  if (known?.inputs === inputs) {
    process.stdout.write(`${part}: as it was\n`)
    return true
  }
  const json = `${folder}/${nameOf(part)}.stryker.json`
  const config = { ...JSON.parse(readFileSync('test/mutation/stryker.config.json', 'utf8')) as object, mutate: files, jsonReporter: { fileName: json }, tempDirName: `.cache/stryker-${nameOf(part)}` }
  writeFileSync(`${folder}/${nameOf(part)}.config.json`, JSON.stringify(config))
  process.stdout.write(`${part}: ${files.length} of ${all.length} files\n`)
  const commit = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout.trim()
  const { status } = spawnSync('stryker', ['run', `${folder}/${nameOf(part)}.config.json`], { stdio: 'inherit', env: { ...process.env, OMNI_MUTATED: part } })
  if (status !== 0) return false
  const statuses = Object.values((JSON.parse(readFileSync(json, 'utf8')) as { files: Record<string, { mutants: { status: string }[] }> }).files).flatMap(({ mutants }) => mutants.map((mutant) => mutant.status)) // Proof: the mutation testing report schema.
  const count = (...names: string[]) => statuses.filter((each) => names.includes(each)).length
  const counts = { killed: count('Killed'), timeout: count('Timeout'), survived: count('Survived'), noCoverage: count('NoCoverage'), errors: count('RuntimeError', 'CompileError') }
  const result: PartResult = { part, inputs, commit, date: new Date().toISOString().slice(0, 10), files: [files.length, all.length], counts }
  writeFileSync(`${results}/${nameOf(part)}.json`, `${JSON.stringify(result, null, 2)}\n`)
  return true
}

function drawn(part: string, all: readonly string[]): readonly string[] {
  const random = seededRandom(`${seed}/${part}`)
  const kept = Math.max(1, Math.ceil(all.length * fileShare))
  return all.map((file) => ({ file, at: random() })).toSorted((left, right) => left.at - right.at).slice(0, kept).map(({ file }) => file).toSorted()
}

function hashOf(files: readonly string[]): string {
  const hash = createHash('sha256')
  for (const file of files) hash.update(file).update(readFileSync(file))
  return hash.digest('hex')
}

function nameOf(part: string): string {
  return part.replaceAll(/[/: ]+/g, '-')
}

function read(part: string): PartResult | undefined {
  const file = `${results}/${nameOf(part)}.json`
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) as PartResult : undefined // Proof: written by `run`.
}

/** Replaces the section; what else stands in the file stays. */
function report(): void {
  const known = Object.keys(parts).map(read).filter((result) => result !== undefined)
  const rows = known.map((result) => row(result.part, result.counts, `${result.files[0]} of ${result.files[1]}`, `${result.commit}, ${result.date}`))
  const all = known.reduce((sum, { counts }) => ({ killed: sum.killed + counts.killed, timeout: sum.timeout + counts.timeout, survived: sum.survived + counts.survived, noCoverage: sum.noCoverage + counts.noCoverage, errors: sum.errors + counts.errors }), { killed: 0, timeout: 0, survived: 0, noCoverage: 0, errors: 0 })
  const missing = Object.keys(parts).filter((part) => read(part) === undefined)
  const section = `## Mutation of \`src/policy\`

Written by \`npm run test:mutation\` (Stryker ${version()}; seed ${seed}): small faults put into the source one by one, and whether a test of the quick, pure ones fails.
Parts of the shell's reader are put to the tests beside them and to the written readings (\`test/policy/readings\`) only: what the many other tests that read lines would find besides counts as not found.
Score: faults found (a test fails, or the code never ends), of all; what no test reaches counts as not found. Left out: faults in text literals (\`StringLiteral\`): they are
names of kinds, which the compiler checks, words of tables, and sentences for people. Nothing else is left out.

| Folder | Files | Score | Test fails | Never ends | Survived | Not reached | Measured |
| --- | --- | --- | --- | --- | --- | --- | --- |
${[...rows, row('**all**', all, '', '')].join('\n')}
${missing.length === 0 ? '' : `\nNot measured yet: ${missing.join(', ')}.\n`}`
  const before = existsSync(assurance) ? readFileSync(assurance, 'utf8') : '# Assurance\n'
  writeFileSync(assurance, `${before.split('\n## Mutation of ')[0]?.trimEnd()}\n\n${section}`)
  process.stdout.write(section)
}

function row(name: string, { killed, timeout, survived, noCoverage }: PartResult['counts'], files: string, measured: string): string {
  const whole = killed + timeout + survived + noCoverage
  return `| ${name} | ${files} | ${whole === 0 ? '–' : (100 * (killed + timeout) / whole).toFixed(1)} % | ${killed} | ${timeout} | ${survived} | ${noCoverage} | ${measured} |`
}

function version(): string {
  return (JSON.parse(readFileSync('package.json', 'utf8')) as { devDependencies: Record<string, string> }).devDependencies['@stryker-mutator/core'] ?? ''
}
