import type { ProviderRow } from './provider-row.ts'

export const ollama: ProviderRow = {
  id: 'ollama', title: 'Ollama (on this machine)', dialect: 'chat', baseUrl: 'http://127.0.0.1:11434/v1', keyEnv: [], aliases: {},
  prices: { '*': { input: 0, output: 0 } },
}
