import { deepseekPrices } from './prices/deepseek-prices.ts'
import type { ProviderRow } from './provider-row.ts'

export const deepseek: ProviderRow = {
  id: 'deepseek', title: 'DeepSeek', dialect: 'chat', baseUrl: 'https://api.deepseek.com/v1', keyEnv: ['DEEPSEEK_API_KEY'], aliases: {}, keysPage: 'https://platform.deepseek.com/api_keys',
  prices: deepseekPrices,
}
