import { anthropicPrices } from './prices/anthropic-prices.ts'
import type { ProviderRow } from './provider-row.ts'

export const anthropic: ProviderRow = {
  id: 'anthropic', title: 'Anthropic', dialect: 'anthropic', baseUrl: 'https://api.anthropic.com/v1', addressEnv: 'ANTHROPIC_BASE_URL',
  keyEnv: ['ANTHROPIC_API_KEY'], otherEnv: ['ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN'], keysPage: 'https://console.anthropic.com/settings/keys',
  model: 'claude-sonnet-4-5', names: ['claude-'],
  aliases: { opus: 'claude-opus-4-5', sonnet: 'claude-sonnet-4-5', haiku: 'claude-haiku-4-5' },
  prices: anthropicPrices, maker: 'anthropic',
}
