import { z } from 'zod'
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
})
export type ModelChoice = z.infer<typeof ModelChoice>

/** Every variable that may hold a key, or move a service to another address. */
export const credentialEnv: readonly string[] = [...new Set(providerRows.flatMap(({ keyEnv, addressEnv }) => [...keyEnv, ...(addressEnv === undefined ? [] : [addressEnv])]))]
const keyNames = [...new Set(providerRows.flatMap(({ keyEnv }) => keyEnv))]

export type ModelAnswer = { readonly type: 'chosen'; readonly choice: ModelChoice } | { readonly type: 'problem'; readonly message: string }

export interface ModelWish {
  readonly model?: string | undefined
  /** Where every call goes, when the user or a gateway says so. */
  readonly route?: { readonly baseUrl: string; readonly apiKey: string } | undefined
  readonly env: Readonly<Record<string, string>>
}

/** Which model at which place; a problem says what to do. */
export function chooseModel({ model, route, env }: ModelWish): ModelAnswer {
  if (route !== undefined) {
    // At a route any name may be served: only a prefix that we know says another dialect, and is taken off.
    const { row, id } = splitModel(model ?? '')
    if (id === '') return problem('No model is named for this address. Say which with "model:" in the agent file, or --model.')
    const dialect = row?.dialect ?? 'anthropic'
    const key = route.apiKey === '' && row !== undefined ? keyIn(env, row) : undefined
    return chosen({ dialect, id, label: row === undefined ? id : `${row.id}/${id}`, baseUrl: withVersion(route.baseUrl, dialect), apiKey: key ?? route.apiKey })
  }
  const wished = model === undefined ? firstWithKey(env) : model
  if (wished === undefined) return problem(`No model is named and no key is set. Set one of ${keyNames.join(', ')}, save a key with "omni setup", or name a local model, such as ollama/qwen3-coder.`)
  const { row, id } = modelAliases.get(wished) ?? splitModel(wished)
  if (row === undefined) return problem(`It is not known who serves the model "${wished}". Write it as provider/model; providers: ${providerRows.map((each) => each.id).join(', ')}. Any other place: set "harnesses: omni: base_url" in ~/.omnigent/config.yaml.`)
  const apiKey = keyIn(env, row)
  if (apiKey === undefined && row.keyEnv.length > 0) return problem(`The model ${row.id}/${id} needs a key. Set ${row.keyEnv.join(' or ')} where the server starts, save one with "omni setup", or name a model of another provider.`)
  const address = row.addressEnv === undefined ? '' : (env[row.addressEnv] ?? '')
  return chosen({ dialect: row.dialect, id, label: `${row.id}/${id}`, baseUrl: address === '' ? row.baseUrl : withVersion(address, row.dialect), apiKey: apiKey ?? '' })
}

/** What is there to choose from, for `omni harness list`. */
export function modelNotes(env: Readonly<Record<string, string>>): string[] {
  const set = keyNames.filter((name) => (env[name] ?? '') !== '')
  return [set.length > 0 ? `Keys found: ${set.join(', ')}.` : `No key found. Save one with "omni setup", set one of ${keyNames.join(', ')}, name a local model (ollama/…), or set base_url.`]
}

/** The model of the first service whose key is there. */
export function firstWithKey(env: Readonly<Record<string, string>>): string | undefined {
  const found = providerRows.find((row) => row.model !== undefined && keyIn(env, row) !== undefined)
  return found === undefined ? undefined : `${found.id}/${found.model}`
}

function keyIn(env: Readonly<Record<string, string>>, { keyEnv }: ProviderRow): string | undefined {
  return keyEnv.map((name) => env[name] ?? '').find((key) => key !== '')
}

function chosen(choice: Omit<ModelChoice, 'window'>): ModelAnswer {
  return { type: 'chosen', choice: { ...choice, window: windowOf(choice) } }
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
