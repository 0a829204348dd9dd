import { groqPrices } from './prices/groq-prices.ts'
import type { ProviderRow } from './provider-row.ts'

export const groq: ProviderRow = {
  id: 'groq', title: 'Groq', dialect: 'chat', baseUrl: 'https://api.groq.com/openai/v1', keyEnv: ['GROQ_API_KEY'], aliases: {}, keysPage: 'https://console.groq.com/keys',
  prices: groqPrices,
}
