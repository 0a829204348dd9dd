import { own } from '../base/own.ts'
import type { HarnessAdapter } from '../spec/ports/harness.ts'
import type { ModelProvider } from '../spec/ports/model-provider.ts'

/**
 * A model as the program names it: short names are resolved (those the program knows itself are left to it), and a
 * `provider/` that it does not want is taken off. Any other name is passed on: nobody knows them all.
 */
export function ownModelName(model: string, { models }: Pick<HarnessAdapter, 'models'>, providers: readonly ModelProvider[]): string {
  if (models === undefined || models.ownAliases?.includes(model) === true) return model
  const reached = providers.filter(({ id }) => models.providers.includes(id))
  for (const { id, aliases } of reached) {
    const meant = own(aliases, model)
    if (meant !== undefined) return models.named === 'model' ? meant : `${id}/${meant}`
  }
  const prefix = reached.map(({ id }) => `${id}/`).find((each) => model.startsWith(each))
  return models.named === 'model' && prefix !== undefined ? model.slice(prefix.length) : model
}

/** The short names that mean something on a harness. */
export function aliasesOf({ models }: Pick<HarnessAdapter, 'models'>, providers: readonly ModelProvider[]): { name: string; model: string }[] {
  const known = providers.filter(({ id }) => models?.providers.includes(id) === true).flatMap(({ aliases }) => Object.keys(aliases))
  const names = [...new Set([...(models?.ownAliases ?? []), ...known])]
  return names.map((name) => ({ name, model: ownModelName(name, { ...(models === undefined ? {} : { models }) }, providers) }))
}
