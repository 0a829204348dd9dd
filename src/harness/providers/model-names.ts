import { providerRow, providerRows } from './catalogue.ts'
import type { ProviderRow } from './provider-row.ts'

/** Short names that every harness takes, `opus` say, each for a model of one service. */
export const modelAliases: ReadonlyMap<string, { readonly row: ProviderRow; readonly id: string }> = new Map(
  providerRows.flatMap((row) => Object.entries(row.aliases).map(([alias, id]) => [alias, { row, id }] as const)),
)

/** `provider/model`, or a name that says whose it is; without `row` nobody knows. */
export function splitModel(model: string): { readonly row?: ProviderRow; readonly id: string } {
  const slash = model.indexOf('/')
  const row = slash === -1 ? providerRows.find(({ names }) => names?.some((name) => model.startsWith(name))) : providerRow(model.slice(0, slash))
  if (row === undefined) return { id: model }
  return { row, id: slash === -1 ? model : model.slice(slash + 1) }
}
