import type { ProviderRow } from './provider-row.ts'

/** The v1 API, whose models are the names of deployments. @see https://learn.microsoft.com/azure/foundry/openai/api-version-lifecycle */
export const azure: ProviderRow = {
  id: 'azure', title: 'Azure OpenAI', dialect: 'openai', addressEnv: 'AZURE_OPENAI_BASE_URL', addressForm: 'https://NAME.openai.azure.com/openai/v1', keyEnv: ['AZURE_OPENAI_API_KEY'], aliases: {}, keysPage: 'https://portal.azure.com',
}
