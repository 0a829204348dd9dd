import type { ProviderRow } from './provider-row.ts'

export const vllm: ProviderRow = {
  id: 'vllm', title: 'vLLM', dialect: 'chat', addressEnv: 'VLLM_BASE_URL', addressForm: 'http://127.0.0.1:8000/v1', keyEnv: [], aliases: {},
}
