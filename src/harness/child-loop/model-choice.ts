import { z } from 'zod'

/** How a model service is spoken to. `chat` is what most compatible services speak. */
export const Dialect = z.enum(['anthropic', 'openai', 'google', 'chat'])
export type Dialect = z.infer<typeof Dialect>

/** One model at one place, ready to be called. */
export const ModelChoice = z.object({
  dialect: Dialect,
  /** As the service calls it. */
  id: z.string(),
  /** Shown to people: as the user wrote it. */
  label: z.string(),
  baseUrl: z.string(),
  /** Empty where none is needed. */
  apiKey: z.string(),
  /** Tokens that fit into one call. */
  window: z.number().int().positive(),
  /** The service keeps the start of a prompt only when it is asked to, by a field of the Chat dialect. */
  asksToCache: z.boolean(),
})
export type ModelChoice = z.infer<typeof ModelChoice>

interface Provider {
  readonly dialect: Dialect
  readonly baseUrl: string
  /** Variables that may hold the key; none: no key is needed. */
  readonly keys: readonly string[]
  /** Asked when nobody names a model and this key is there. */
  readonly model?: string
  /** Ids of the models for which it is asked to cache. @see https://openrouter.ai/docs/client-sdks/typescript/models/anthropiccachecontroldirective */
  readonly asksToCache?: RegExp
}

/** Adding a service is one line. */
const providers = new Map<string, Provider>([
  ['anthropic', { dialect: 'anthropic', baseUrl: 'https://api.anthropic.com/v1', keys: ['ANTHROPIC_API_KEY'], model: 'claude-sonnet-4-5' }],
  ['openai', { dialect: 'openai', baseUrl: 'https://api.openai.com/v1', keys: ['OPENAI_API_KEY'], model: 'gpt-5.5' }],
  ['google', { dialect: 'google', baseUrl: 'https://generativelanguage.googleapis.com/v1beta', keys: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'], model: 'gemini-2.5-pro' }],
  ['openrouter', { dialect: 'chat', baseUrl: 'https://openrouter.ai/api/v1', keys: ['OPENROUTER_API_KEY'], asksToCache: /claude/ }],
  ['groq', { dialect: 'chat', baseUrl: 'https://api.groq.com/openai/v1', keys: ['GROQ_API_KEY'] }],
  ['mistral', { dialect: 'chat', baseUrl: 'https://api.mistral.ai/v1', keys: ['MISTRAL_API_KEY'] }],
  ['deepseek', { dialect: 'chat', baseUrl: 'https://api.deepseek.com/v1', keys: ['DEEPSEEK_API_KEY'] }],
  ['xai', { dialect: 'chat', baseUrl: 'https://api.x.ai/v1', keys: ['XAI_API_KEY'] }],
  ['ollama', { dialect: 'chat', baseUrl: 'http://127.0.0.1:11434/v1', keys: [] }],
])

const aliases = new Map([
  ['opus', 'anthropic/claude-opus-4-5'], ['sonnet', 'anthropic/claude-sonnet-4-5'], ['haiku', 'anthropic/claude-haiku-4-5'],
  ['gpt', 'openai/gpt-5.5'], ['gemini', 'google/gemini-2.5-pro'],
])
/** Names that say whose they are without `provider/`. */
const families: readonly (readonly [RegExp, string])[] = [[/^claude-/, 'anthropic'], [/^(gpt-|o\d|codex-)/, 'openai'], [/^gemini-/, 'google']]
const versionPath: Readonly<Record<Dialect, string>> = { anthropic: '/v1', openai: '/v1', chat: '/v1', google: '/v1beta' }

export type ModelAnswer = { readonly type: 'chosen'; readonly choice: ModelChoice } | { readonly type: 'problem'; readonly message: string }

export interface ModelWish {
  readonly model?: string | undefined
  /** Where every call goes, when the user or a gateway says so. */
  readonly route?: { readonly baseUrl: string; readonly apiKey: string } | undefined
  readonly env: Readonly<Record<string, string>>
}

export interface ChooserOptions {
  /** For the advice that names the user's configuration. */
  readonly harness: string
  /** What the harness speaks: services that speak otherwise are not known to it. */
  readonly dialects: readonly Dialect[]
  /** What a model of no known service is spoken to in, at a route. */
  readonly unnamed: Dialect
  /** Variables that give a service another address, by its name. */
  readonly addresses?: Readonly<Record<string, string>>
}

/** Which models a harness can call, and where. */
export interface ModelChooser {
  /** Every variable that may hold a key. */
  readonly keys: readonly string[]
  /** Which model at which place; a problem says what to do. */
  choose(wish: ModelWish): ModelAnswer
  /** What is there to choose from, for `omni harness list`. */
  notes(env: Readonly<Record<string, string>>): string[]
}

export function createModelChooser({ harness, dialects, unnamed, addresses = {} }: ChooserOptions): ModelChooser {
  const known = new Map([...providers].filter(([, { dialect }]) => dialects.includes(dialect)))
  const keys = [...known.values()].flatMap((provider) => provider.keys)
  return {
    keys,
    choose({ model, route, env }) {
      const keyOf = (provider: Provider) => provider.keys.map((name) => env[name] ?? '').find((key) => key !== '')
      if (route !== undefined) return atRoute(split(model ?? '', known), route, { unnamed, keyOf })
      const wished = model === undefined ? firstWithKey(known, keyOf) : (aliases.get(model) ?? model)
      if (wished === undefined) return problem(`No model is named and no key is set. Set one of ${keys.join(', ')}, or name a local model, such as ollama/qwen3-coder.`)
      const { name, provider, id } = split(wished, known)
      if (provider === undefined || name === undefined) return problem(`It is not known who serves the model "${wished}". Write it as provider/model; providers: ${[...known.keys()].join(', ')}. Any other place: set "harnesses: ${harness}: base_url" in ~/.omnigent/config.yaml.`)
      const apiKey = keyOf(provider)
      if (apiKey === undefined && provider.keys.length > 0) return problem(`The model ${name}/${id} needs a key. Set ${provider.keys.join(' or ')} where the server starts, or name a model of another provider.`)
      const elsewhere = (env[addresses[name] ?? ''] ?? '').replace(/\/+$/, '')
      return chosen(provider, { dialect: provider.dialect, id, label: `${name}/${id}`, baseUrl: elsewhere === '' ? provider.baseUrl : elsewhere, apiKey: apiKey ?? '' })
    },
    notes(env) {
      const set = keys.filter((name) => (env[name] ?? '') !== '')
      return [set.length > 0 ? `Keys found: ${set.join(', ')}.` : `No key found. Set one of ${keys.join(', ')}, name a local model (ollama/…), or set base_url.`]
    },
  }
}

interface Named {
  readonly name?: string
  readonly provider?: Provider
  readonly id: string
}

/** At a route any name may be served: only a prefix that we know says another dialect, and is taken off. */
function atRoute({ name, provider, id }: Named, route: NonNullable<ModelWish['route']>, { unnamed, keyOf }: { readonly unnamed: Dialect; readonly keyOf: (provider: Provider) => string | undefined }): ModelAnswer {
  if (id === '') return problem('No model is named for this address. Say which with "model:" in the agent file, or --model.')
  const dialect = provider?.dialect ?? unnamed
  const root = route.baseUrl.replace(/\/+$/, '')
  const baseUrl = /\/v\d+(beta)?$/.test(root) ? root : root + versionPath[dialect]
  const key = route.apiKey === '' && provider !== undefined ? keyOf(provider) : undefined
  return chosen(provider, { dialect, id, label: name === undefined ? id : `${name}/${id}`, baseUrl, apiKey: key ?? route.apiKey })
}

function split(model: string, known: ReadonlyMap<string, Provider>): Named {
  const slash = model.indexOf('/')
  const name = slash === -1 ? families.find(([shape]) => shape.test(model))?.[1] : model.slice(0, slash)
  const provider = name === undefined ? undefined : known.get(name)
  if (name === undefined || provider === undefined) return { id: model }
  return { name, provider, id: slash === -1 ? model : model.slice(slash + 1) }
}

function firstWithKey(known: ReadonlyMap<string, Provider>, keyOf: (provider: Provider) => string | undefined): string | undefined {
  const found = [...known].find(([, provider]) => provider.model !== undefined && keyOf(provider) !== undefined)
  return found === undefined ? undefined : `${found[0]}/${found[1].model}`
}

function chosen(provider: Provider | undefined, choice: Omit<ModelChoice, 'window' | 'asksToCache'>): ModelAnswer {
  return { type: 'chosen', choice: { ...choice, window: windowOf(choice), asksToCache: provider?.asksToCache?.test(choice.id) ?? false } }
}

const problem = (message: string): ModelAnswer => ({ type: 'problem', message })

/** Careful where a model is not known: compacting early costs little, a call that does not fit costs the turn. */
function windowOf({ id, label }: { id: string; label: string }): number {
  if (label.startsWith('ollama/')) return 32_000
  if (/claude/i.test(id)) return 200_000
  if (/gemini|gpt-4\.1/i.test(id)) return 1_000_000
  if (/gpt-[5-9]/i.test(id)) return 272_000
  return 128_000
}
