import { readFile, stat } from 'node:fs/promises'
import { Document, parseDocument } from 'yaml'
import { brokenExamples } from '../policy/broken-examples.ts'
import { readPolicies } from '../policy/policy-fold.ts'
import type { ServerPolicies } from '../policy/server-policies.ts'
import { tryPolicies } from '../policy/try-policies.ts'
import type { PolicyDesk } from '../server/server-deps.ts'
import { problemBody, type ServerPolicyState } from '../spec/api/policies.ts'
import { AppError } from '../spec/app-error.ts'
import type { ServerConfig } from '../spec/config/server-config.ts'
import { loadServerConfig } from '../spec/config/load-config.ts'
import { describePolicy } from '../spec/policy/describe-policy.ts'
import { shippedPrefix } from '../spec/policy/policy-schema.ts'
import { listDocument } from '../spec/policy/policy-text.ts'
import type { Clock } from '../spec/ports/clock.ts'
import { formatProblems } from '../spec/yaml/format-problems.ts'
import type { Problem } from '../spec/yaml/problem.ts'
import { inForce, readBaseline } from './policy-desk.ts'
import { replaceFile } from './replace-file.ts'

/** An edit is in force after two looks that find the same file: one that is being written is not read. */
const lookEveryMs = 500

export interface ServerPolicyDesk extends PolicyDesk {
  /** What is in force. */
  current(): ServerPolicies
  /** What the file says of boxes, kept up with as well. */
  sandbox(): ServerConfig['sandbox']
  /** Calls `heard` whenever other policies are in force. */
  onChange(heard: () => void): void
  /** Ends the watch; resolves when nothing of it runs any more. */
  close(): Promise<void>
}

interface InForce {
  readonly policies: ServerPolicies
  readonly sandbox: ServerConfig['sandbox']
}

export interface ServerPolicyDeskOptions {
  /** `server.yaml`; it need not be there. */
  readonly path: string
  readonly clock: Clock
  report(problem: string, cause?: unknown): void
}

/**
 * The policies of `server.yaml`, kept up with while the server runs. What is wrong is said and changes nothing: what was in force
 * stays in force.
 * @throws {AppError} 'invalid' with every problem when the file can not be used at the start.
 */
export async function openServerPolicyDesk({ path, clock, report }: ServerPolicyDeskOptions): Promise<ServerPolicyDesk> {
  const shipped = await readBaseline()
  let text = await readText(path)
  let { policies, sandbox } = await usable(path, text)
  let problems: readonly Problem[] = []
  let [seen, known] = ['', await markOf(path)]
  let work: Promise<unknown> = Promise.resolve()
  let stop: () => void = () => undefined
  let closed = false
  const listeners = new Set<() => void>()
  const tell = (): void => {
    for (const heard of listeners) heard()
  }

  async function usable(name: string, content: string): Promise<InForce> {
    const loaded = await load(name, content)
    if (loaded.ok) return read(loaded.config)
    throw new AppError('invalid', `${name} can not be used:\n${formatProblems(loaded.problems, { color: false })}`, { details: loaded.problems.map(problemBody) })
  }
  function read(config: ServerConfig): InForce {
    return { policies: inForce(config, shipped), sandbox: config.sandbox }
  }
  async function takeUp(edited: string): Promise<void> {
    if (edited === text) {
      problems = []
      return
    }
    const loaded = await load(path, edited)
    problems = loaded.ok ? [] : loaded.problems
    if (!loaded.ok) return report(`${path} was edited and can not be used; the policies from before stay in force:\n${formatProblems(loaded.problems, { color: false })}`)
    ;({ policies, sandbox } = read(loaded.config))
    text = edited
    tell()
  }
  async function look(): Promise<void> {
    const mark = await markOf(path)
    const isQuiet = mark === seen
    seen = mark
    if (!isQuiet || mark === known) return
    known = mark
    const edited = await readText(path).catch((error: unknown) => {
      problems = [{ file: path, line: 1, column: 1, length: 1, excerpt: '', caret: 0, code: 'reference', message: 'the file can not be read; the policies from before stay in force' }]
      throw error
    })
    await takeUp(edited)
  }
  const enqueue = <Result>(job: () => Promise<Result>): Promise<Result> => {
    const done = work.then(job)
    work = done.catch(() => undefined)
    return done
  }
  const lookLater = () => {
    if (closed) return
    stop = clock.after(lookEveryMs, () => void enqueue(look).catch((error: unknown) => report(`looking at ${path}`, error)).then(lookLater))
  }
  lookLater()

  const state = (): ServerPolicyState => ({
    hash: policies.list.hash, text: ownText(text), problems: problems.map(problemBody),
    policies: policies.list.rules.map(({ policy }) => ({ name: policy.name, does: describePolicy(policy), source: policy.name.startsWith(shippedPrefix) ? 'shipped' : 'server' })),
  })
  return {
    current: () => policies,
    sandbox: () => sandbox,
    onChange: (heard) => void listeners.add(heard),
    state,
    problems: (list, level) => tryPolicies('policies', list, level).then((loaded) => (loaded.ok ? [] : loaded.problems)),
    replace: (list) => enqueue(async () => {
      const loaded = isEmpty(list) ? { ok: true } as const : await tryPolicies('policies', list, 'server')
      if (!loaded.ok) throw new AppError('invalid', `The policies can not be used:\n${formatProblems(loaded.problems, { color: false })}`, { details: loaded.problems.map(problemBody) })
      // What a person has edited meanwhile is kept; a file that is broken is never written over.
      const before = await readText(path)
      await usable(path, before)
      const after = withPolicies(before, list)
      const next = await usable(path, after)
      if (after !== before) await replaceFile(path, after)
      ;[{ policies, sandbox }, text, problems, known] = [next, after, [], await markOf(path)]
      tell()
      return state()
    }),
    async close() {
      closed = true
      stop()
      await work
    },
  }
}

/** The configuration, its policies tried on what they say of themselves. */
async function load(path: string, content: string): Promise<ReturnType<typeof loadServerConfig>> {
  const loaded = loadServerConfig({ path, content })
  if (!loaded.ok) return loaded
  const broken = await brokenExamples({ path, content, level: 'server', policies: readPolicies(loaded.config.policies) })
  return broken.length > 0 ? { ok: false, problems: broken } : loaded
}

const isEmpty = (text: string): boolean => text.split('\n').every((line) => /^\s*(?:#.*)?$/.test(line))

/** The file with another list under `policies`; the rest stays, with its comments. */
function withPolicies(config: string, list: string): string {
  const document = parseDocument(isEmpty(config) ? '' : config)
  if (isEmpty(list)) document.delete('policies')
  else document.set('policies', listDocument(list).contents)
  const comment = isEmpty(config) ? config : ''
  return comment + (document.contents === null ? '' : document.toString({ lineWidth: 0 }))
}

function ownText(config: string): string {
  const list: unknown = parseDocument(config).get('policies')
  if (list === undefined || list === null) return ''
  const document = new Document()
  // Proof: `get` of a collection is its node; the configuration was checked to have a list here.
  document.contents = list as Document['contents']
  return document.toString({ lineWidth: 0 })
}

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return ''
    throw new AppError('invalid', `Cannot read ${path}.`, { cause })
  })
}

/** Tells two states of a file apart without reading it; follows links. */
async function markOf(path: string): Promise<string> {
  return stat(path).then(({ mtimeMs, size, ino }) => `${mtimeMs} ${size} ${ino}`, () => 'none')
}
