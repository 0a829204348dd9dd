import type { ProviderRow } from './provider-row.ts'

export const litellm: ProviderRow = {
  id: 'litellm', title: 'LiteLLM proxy', dialect: 'chat', addressEnv: 'LITELLM_BASE_URL', addressForm: 'http://127.0.0.1:4000/v1', keyEnv: ['LITELLM_API_KEY'], aliases: {},
}
