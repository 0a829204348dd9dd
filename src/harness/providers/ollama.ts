import type { ProviderRow } from './provider-row.ts'

export const ollama: ProviderRow = {
  id: 'ollama', title: 'Ollama (on this machine)', dialect: 'chat', baseUrl: 'http://127.0.0.1:11434/v1', addressEnv: 'OLLAMA_BASE_URL', keyEnv: [], aliases: {},
  prices: { '*': { input: 0, output: 0 } },
}
