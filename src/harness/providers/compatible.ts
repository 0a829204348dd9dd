import type { ProviderRow } from './provider-row.ts'

/** Any service that speaks Chat Completions, without a key; with one it is the `base_url` of a harness. */
export const compatible: ProviderRow = {
  id: 'compatible', title: 'Chat Completions service', dialect: 'chat', addressEnv: 'COMPATIBLE_BASE_URL', addressForm: 'http://127.0.0.1:1234/v1', keyEnv: [], aliases: {},
}
