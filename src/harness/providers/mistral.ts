import { mistralPrices } from './prices/mistral-prices.ts'
import type { ProviderRow } from './provider-row.ts'

export const mistral: ProviderRow = {
  id: 'mistral', title: 'Mistral', dialect: 'chat', baseUrl: 'https://api.mistral.ai/v1', keyEnv: ['MISTRAL_API_KEY'], aliases: {}, keysPage: 'https://console.mistral.ai/api-keys',
  prices: mistralPrices, maker: 'mistralai',
}
