import { withVersion } from './dialect.ts'
import type { ProviderRow } from './provider-row.ts'

/** Where a service is called, with the version path; a problem says what to set. @param elsewhere its address when that is not its own; empty otherwise */
export function addressOf({ title, dialect, baseUrl, addressEnv = '', addressForm = '' }: ProviderRow, elsewhere: string): { readonly url: string } | { readonly problem: string } {
  if (elsewhere !== '') return { url: withVersion(elsewhere, dialect) }
  if (baseUrl !== undefined) return { url: baseUrl }
  return { problem: `It is not known where ${title} is. Set ${addressEnv} where the server starts, such as ${addressForm}` }
}
