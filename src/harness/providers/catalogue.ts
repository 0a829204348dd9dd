import { anthropic } from './anthropic.ts'
import { azure } from './azure.ts'
import { compatible } from './compatible.ts'
import { deepseek } from './deepseek.ts'
import { google } from './google.ts'
import { groq } from './groq.ts'
import { litellm } from './litellm.ts'
import { mistral } from './mistral.ts'
import { ollama } from './ollama.ts'
import { openai } from './openai.ts'
import { openrouter } from './openrouter.ts'
import type { ProviderRow } from './provider-row.ts'
import { vllm } from './vllm.ts'
import { xai } from './xai.ts'

/** Every model service we know by name. Adding one is one file and one line; what comes first is preferred. */
export const providerRows: readonly ProviderRow[] = [anthropic, openai, google, openrouter, groq, mistral, deepseek, xai, azure, litellm, ollama, vllm, compatible]

export function providerRow(id: string): ProviderRow | undefined {
  return providerRows.find((row) => row.id === id)
}
