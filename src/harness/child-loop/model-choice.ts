import { z } from 'zod'
import { addressOf } from '../providers/address-of.ts'
import { providerRows } from '../providers/catalogue.ts'
import { Dialect, withVersion } from '../providers/dialect.ts'
import { modelAliases, splitModel } from '../providers/model-names.ts'
import type { ProviderRow } from '../providers/provider-row.ts'

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
}

/** Which models a harness can call, and where. */
export interface ModelChooser {
  readonly rows: readonly ProviderRow[]
  /** Every variable that may hold a key: what commands of the model must not see. */
  readonly keys: readonly string[]
  /** Every variable that may hold a key, or move a service to another address. */
  readonly env: readonly string[]
  /** Which model at which place; a problem says what to do. */
  choose(wish: ModelWish): ModelAnswer
  /** The model of the first service whose key is there. */
  firstWithKey(env: ModelWish['env']): string | undefined
  /** What is there to choose from, for `omni harness list`. */
  notes(env: ModelWish['env']): string[]
}

export function createModelChooser({ harness, dialects, unnamed }: ChooserOptions): ModelChooser {
  const rows = providerRows.filter(({ dialect }) => dialects.includes(dialect))
  const keys = [...new Set(rows.flatMap(({ keyEnv }) => keyEnv))]
  const names = rows.map(({ id }) => id).join(', ')
  const firstWithKey = (env: ModelWish['env']) => {
    const found = rows.find((row) => row.model !== undefined && keyIn(env, row) !== undefined)
    return found === undefined ? undefined : `${found.id}/${found.model}`
  }
  /** A service that the harness can not speak to is as good as unknown: its prefix stays part of the name. */
  const split = (model: string): Named => {
    const { row, id } = splitModel(model)
    return row !== undefined && rows.includes(row) ? { row, id } : { id: model }
  }
  return {
    rows, keys, firstWithKey, env: [...new Set([...keys, ...rows.flatMap(({ addressEnv }) => (addressEnv === undefined ? [] : [addressEnv]))])],
    choose({ model, route, env }) {
      if (route !== undefined) return atRoute(split(model ?? ''), { route, unnamed, env })
      const wished = model === undefined ? firstWithKey(env) : model
      if (wished === undefined) return problem(`No model is named and no key is set. Set one of ${keys.join(', ')}, save a key with "omni setup", or name a local model, such as ollama/qwen3-coder.`)
      const alias = modelAliases.get(wished)
      const { row, id } = alias !== undefined && rows.includes(alias.row) ? alias : split(wished)
      if (row === undefined) return problem(`It is not known who serves the model "${wished}". Write it as provider/model; providers: ${names}. Any other place: set "harnesses: ${harness}: base_url" in ~/.omnigent/config.yaml.`)
      const apiKey = keyIn(env, row)
      if (apiKey === undefined && row.keyEnv.length > 0) return problem(`The model ${row.id}/${id} needs a key. Set ${row.keyEnv.join(' or ')} where the server starts, save one with "omni setup", or name a model of another provider.`)
      const address = addressOf(row, env[row.addressEnv ?? ''] ?? '')
      if ('problem' in address) return problem(address.problem)
      return chosen(row, { dialect: row.dialect, id, label: `${row.id}/${id}`, baseUrl: address.url, apiKey: apiKey ?? '' })
    },
    notes(env) {
      const set = keys.filter((name) => (env[name] ?? '') !== '')
      return [set.length > 0 ? `Keys found: ${set.join(', ')}.` : `No key found. Save one with "omni setup", set one of ${keys.join(', ')}, name a local model (ollama/…), or set base_url.`]
    },
  }
}

interface Named {
  readonly row?: ProviderRow
  readonly id: string
}

/** At a route any name may be served: only a prefix that we know says another dialect, and is taken off. */
function atRoute({ row, id }: Named, { route, unnamed, env }: { readonly route: NonNullable<ModelWish['route']>; readonly unnamed: Dialect; readonly env: ModelWish['env'] }): ModelAnswer {
  if (id === '') return problem('No model is named for this address. Say which with "model:" in the agent file, or --model.')
  const dialect = row?.dialect ?? unnamed
  const key = route.apiKey === '' && row !== undefined ? keyIn(env, row) : undefined
  return chosen(row, { dialect, id, label: row === undefined ? id : `${row.id}/${id}`, baseUrl: withVersion(route.baseUrl, dialect), apiKey: key ?? route.apiKey })
}

function keyIn(env: ModelWish['env'], { keyEnv }: ProviderRow): string | undefined {
  return keyEnv.map((name) => env[name] ?? '').find((key) => key !== '')
}

function chosen(row: ProviderRow | undefined, choice: Omit<ModelChoice, 'window' | 'asksToCache'>): ModelAnswer {
  return { type: 'chosen', choice: { ...choice, window: windowOf(choice), asksToCache: row?.asksToCache?.test(choice.id) ?? false } }
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
