import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Box } from '../spec/ports/box.ts'
import type { HarnessAdapter } from '../spec/ports/harness.ts'
import type { ProgramModels } from '../spec/ports/harness-models.ts'
import type { ListedModel, ModelProvider } from '../spec/ports/model-provider.ts'
import type { ModelList } from '../spec/model-list.ts'
import type { HostOptions } from './host-options.ts'
import { aliasesOf, ownModelName } from './own-model-name.ts'
import type { ProgramShelf } from './program-shelf.ts'
import { type ProgramSettings, programSettings } from './program-settings.ts'
import { failedBy } from './turn-failure.ts'

/** The last list that was given, `<homeDir>/models/<harness>.json`, version 1. Holds names only, never a key. */
const KeptList = z.object({
  version: z.literal(1), source: z.string(), at: z.number(), default: z.string().optional(),
  models: z.array(z.object({ id: z.string(), label: z.string().optional() })),
})
type KeptList = z.infer<typeof KeptList>

/** A list is asked for anew after this long. */
const freshMs = 24 * 60 * 60_000
const askMs = 15_000

type Answer = { readonly type: 'listed'; readonly models: ProgramModels } | { readonly type: 'problem'; readonly message: string }
/** Whom to ask. Another `source` than the kept list's means other keys: it is asked anew. */
type Inquiry = { readonly source: string; ask(signal: AbortSignal): Promise<Answer> }

/** The models of each harness here: asked for with the credential in use, kept as the last known good list. */
export class ModelShelf {
  readonly #options: HostOptions
  readonly #programs: ProgramShelf

  constructor(options: HostOptions, programs: ProgramShelf) {
    this.#options = options
    this.#programs = programs
  }

  /** @param refresh asks also when the kept list is young. Never throws for what a service, a program or a network does. */
  async list(adapter: HarnessAdapter, refresh: boolean): Promise<ModelList> {
    const { providers, clock } = this.#options
    const start = await programSettings(adapter, this.#options)
    const { route, model } = start.settings
    const kept = await this.#kept(adapter)
    const inquiry = this.#inquiry(adapter, start)
    const usable = kept !== undefined && kept.source === inquiry?.source ? kept : undefined
    const isYoung = usable !== undefined && clock.now() - usable.at < freshMs
    const asked = inquiry === undefined || (isYoung && !refresh) ? undefined : await this.#ask(adapter, inquiry)
    const list = asked?.kept ?? usable
    const preset = model === undefined ? (list?.default ?? (route === undefined ? adapter.models?.default?.(start.env) : undefined)) : this.#ownName(adapter, start, model)
    const problem = asked?.problem ?? (inquiry === undefined ? noList(adapter, start) : undefined)
    return {
      harness: adapter.id, title: adapter.title, models: list?.models ?? [], aliases: route === undefined ? aliasesOf(adapter, providers.all) : [],
      ...(preset === undefined ? {} : { default: preset }), ...(list === undefined ? {} : { source: list.source, at: list.at }), ...(problem === undefined ? {} : { problem }),
    }
  }

  #ownName(adapter: HarnessAdapter, { settings }: ProgramSettings, model: string): string {
    return settings.route === undefined ? ownModelName(model, adapter, this.#options.providers.all) : model
  }

  async #ask(adapter: HarnessAdapter, inquiry: Inquiry): Promise<{ kept?: KeptList; problem?: string }> {
    const late = new AbortController()
    const cancel = this.#options.clock.after(askMs, () => late.abort())
    const answer = await inquiry.ask(late.signal).catch((error: unknown): Answer => ({ type: 'problem', message: late.signal.aborted ? `${adapter.title} gave no list within ${askMs / 1_000} s.` : (failedBy(error).reason ?? 'It gave no list.') })).finally(cancel)
    if (answer.type === 'problem') return { problem: answer.message }
    const kept: KeptList = { version: 1, source: inquiry.source, at: this.#options.clock.now(), models: [...answer.models.models], ...(answer.models.default === undefined ? {} : { default: answer.models.default }) }
    await this.#keep(adapter, kept).catch((cause: unknown) => this.#options.log('keeping a list of models', cause))
    return { kept }
  }

  #inquiry(adapter: HarnessAdapter, start: ProgramSettings): Inquiry | undefined {
    const { models } = adapter
    const { route } = start.settings
    const first = models?.providers[0]
    if (models === undefined || first === undefined) return undefined
    if (route !== undefined) return { source: route.baseUrl, ask: (signal) => this.#fromProvider(first, { ...route, signal }) }
    const { ask } = models
    if (ask !== undefined) return { source: `${adapter.title} itself (${[start.credential.kind, start.credential.from].filter((part) => part !== '').join(': ')})`, ask: (signal) => this.#fromProgram(adapter, start, { ask, signal }) }
    const keyed = this.#options.providers.all.filter(({ id, keyEnv }) => models.providers.includes(id) && keyIn(start.env, keyEnv) !== undefined)
    // One that needs no key may run here or not: it is asked along with others, and its silence is no problem.
    const open = this.#options.providers.all.filter(({ id, keyEnv }) => models.providers.includes(id) && keyEnv.length === 0)
    if (keyed.length + open.length === 0) return undefined
    return { source: (keyed.length > 0 ? keyed : open).map(({ title }) => title).join(', '), ask: (signal) => this.#fromProviders(adapter, start, { keyed, open, signal }) }
  }

  async #fromProvider(provider: string, place: { readonly baseUrl: string; readonly apiKey: string; readonly signal: AbortSignal }): Promise<Answer> {
    const answer = await this.#options.providers.list(provider, place)
    return answer.type === 'listed' ? { type: 'listed', models: { models: answer.models } } : { type: 'problem', message: answer.message }
  }

  async #fromProviders(adapter: HarnessAdapter, { env }: ProgramSettings, { keyed, open, signal }: { keyed: readonly ModelProvider[]; open: readonly ModelProvider[]; signal: AbortSignal }): Promise<Answer> {
    const answers = await Promise.all([...keyed, ...open].map(async ({ id, keyEnv, addressEnv }) => {
      const address = addressEnv === undefined ? '' : (env[addressEnv] ?? '')
      return { id, needed: keyEnv.length > 0, answer: await this.#options.providers.list(id, { apiKey: keyIn(env, keyEnv) ?? '', signal, ...(address === '' ? {} : { baseUrl: address }) }) }
    }))
    const named = (id: string, { id: model, label }: ListedModel): ListedModel => ({ id: adapter.models?.named === 'model' ? model : `${id}/${model}`, ...(label === undefined ? {} : { label }) })
    const problem = answers.flatMap(({ needed, answer }) => (answer.type === 'listed' || !needed ? [] : [answer.message]))[0]
    const models = answers.flatMap(({ id, answer }) => (answer.type === 'listed' ? answer.models.map((each) => named(id, each)) : []))
    // A list with a hole is not the last known good one.
    if (problem !== undefined) return { type: 'problem', message: problem }
    return models.length === 0 ? { type: 'problem', message: 'No model service is reached: there is no key. "omni setup" saves one.' } : { type: 'listed', models: { models } }
  }

  async #fromProgram(adapter: HarnessAdapter, start: ProgramSettings, { ask, signal }: { ask: NonNullable<NonNullable<HarnessAdapter['models']>['ask']>; signal: AbortSignal }): Promise<Answer> {
    const home = join(this.#folder(), adapter.id.replaceAll(':', '-'))
    await mkdir(home, { recursive: true, mode: 0o700 })
    const box: Box = await this.#options.omnibox.open({ name: 'off', workspace: home, home })
    try {
      const file = await this.#programs.find(adapter, box)
      return { type: 'listed', models: await ask({ box, file, env: start.env, home, signal }) }
    } finally {
      await box.close()
    }
  }

  #folder(): string {
    return join(this.#options.homeDir, 'models')
  }

  #file(adapter: HarnessAdapter): string {
    return join(this.#folder(), `${adapter.id.replaceAll(':', '-')}.json`)
  }

  async #kept(adapter: HarnessAdapter): Promise<KeptList | undefined> {
    const text = await readFile(this.#file(adapter), 'utf8').catch(() => undefined)
    if (text === undefined) return undefined
    try {
      return KeptList.parse(JSON.parse(text))
    } catch {
      // Of another version, or half-written: the same as none.
      return undefined
    }
  }

  async #keep(adapter: HarnessAdapter, list: KeptList): Promise<void> {
    await mkdir(this.#folder(), { recursive: true, mode: 0o700 })
    const fresh = `${this.#file(adapter)}.${process.pid}`
    await writeFile(fresh, JSON.stringify(list), { mode: 0o600 })
    await rename(fresh, this.#file(adapter))
  }
}

function keyIn(env: Readonly<Record<string, string>>, names: readonly string[]): string | undefined {
  return names.map((name) => env[name] ?? '').find((key) => key !== '')
}

function noList(adapter: HarnessAdapter, { credential }: ProgramSettings): string {
  if (adapter.models === undefined) return `${adapter.title} can not be asked for its models.`
  if (credential.kind === 'login') return `${adapter.title} is signed in and has no list to ask for: name a model as the vendor does.`
  return `${adapter.title} has no key to ask for its models with. "omni setup" saves one.`
}
