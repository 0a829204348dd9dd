import { googlePrices } from './prices/google-prices.ts'
import type { ProviderRow } from './provider-row.ts'

export const google: ProviderRow = {
  id: 'google', title: 'Google Gemini', dialect: 'google', baseUrl: 'https://generativelanguage.googleapis.com/v1beta', addressEnv: 'GOOGLE_GEMINI_BASE_URL',
  keyEnv: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'], keysPage: 'https://aistudio.google.com/apikey',
  model: 'gemini-2.5-pro', names: ['gemini-'], aliases: { gemini: 'gemini-2.5-pro' },
  prices: googlePrices, maker: 'google',
}
