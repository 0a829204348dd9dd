import { placeFile } from '../../base/folder-files.ts'
import type { HarnessContext } from '../../spec/ports/harness.ts'
import type { AcpRow, Template } from './acp-row.ts'

export interface StartSettings {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** Arguments and variables of one start. With a route the program's settings are written to the session's private folder. */
export async function prepareStart(row: AcpRow, context: HarnessContext): Promise<StartSettings> {
  const { route, home, model } = context
  const values = { url: route?.baseUrl ?? '', key: route?.apiKey ?? '', home, model: model ?? 'default' }
  const used = route === undefined ? undefined : row.route
  for (const [path, content] of Object.entries(used?.files ?? {})) {
    await placeFile(home, path, asText(fill(content, values)))
  }
  const chosen = row.model.by === 'args' && (model !== undefined || used !== undefined) ? row.model.args : []
  const env = Object.entries({ ...row.env, ...used?.env }).map(([name, value]) => [name, asText(fill(value, values))])
  return { args: [...row.args, ...(used?.args ?? []), ...chosen].map((each) => asText(fill(each, values))), env: Object.fromEntries(env) as Record<string, string> }
}

type Values = Readonly<Record<'url' | 'key' | 'model' | 'home', string>>

function fill(template: Template, values: Values): Template {
  const words = (text: string) => text.replaceAll(/\{(url|key|model|home)\}/g, (_all, name: keyof Values) => values[name])
  if (typeof template === 'string') return words(template)
  if (isList(template)) return template.map((each) => fill(each, values))
  if (typeof template !== 'object' || template === null) return template
  return Object.fromEntries(Object.entries(template).map(([name, value]) => [words(name), fill(value, values)]))
}

const isList = (template: Template): template is readonly Template[] => Array.isArray(template)
const asText = (value: Template): string => (typeof value === 'string' ? value : JSON.stringify(value))
