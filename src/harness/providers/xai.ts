import { xaiPrices } from './prices/xai-prices.ts'
import type { ProviderRow } from './provider-row.ts'

export const xai: ProviderRow = {
  id: 'xai', title: 'xAI', dialect: 'chat', baseUrl: 'https://api.x.ai/v1', keyEnv: ['XAI_API_KEY'], aliases: {}, keysPage: 'https://console.x.ai',
  prices: xaiPrices, maker: 'x-ai',
}
