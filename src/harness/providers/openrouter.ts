import type { ProviderRow } from './provider-row.ts'

export const openrouter: ProviderRow = {
  id: 'openrouter', title: 'OpenRouter', dialect: 'chat', baseUrl: 'https://openrouter.ai/api/v1', keyEnv: ['OPENROUTER_API_KEY'], aliases: {}, resells: true,
  // @see https://openrouter.ai/docs/client-sdks/typescript/models/anthropiccachecontroldirective
  asksToCache: /claude/,
  // Anybody may read its list of models.
  keyPath: '/key', keysPage: 'https://openrouter.ai/settings/keys',
}
