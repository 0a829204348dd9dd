import { openaiPrices } from './prices/openai-prices.ts'
import type { ProviderRow } from './provider-row.ts'

export const openai: ProviderRow = {
  id: 'openai', title: 'OpenAI', dialect: 'openai', baseUrl: 'https://api.openai.com/v1', addressEnv: 'OPENAI_BASE_URL',
  keyEnv: ['OPENAI_API_KEY'], otherEnv: ['CODEX_API_KEY'], keysPage: 'https://platform.openai.com/api-keys',
  model: 'gpt-5.5', names: ['gpt-', 'o1', 'o3', 'o4', 'codex-'], aliases: { gpt: 'gpt-5.5' },
  prices: openaiPrices, maker: 'openai',
}
