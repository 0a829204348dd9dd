import { anthropic } from './anthropic.ts'
import { deepseek } from './deepseek.ts'
import { google } from './google.ts'
import { groq } from './groq.ts'
import { mistral } from './mistral.ts'
import { ollama } from './ollama.ts'
import { openai } from './openai.ts'
import { openrouter } from './openrouter.ts'
import type { ProviderRow } from './provider-row.ts'
import { xai } from './xai.ts'

/** Every model service we know by name. Adding one is one file and one line; what comes first is preferred. */
export const providerRows: readonly ProviderRow[] = [anthropic, openai, google, openrouter, groq, mistral, deepseek, xai, ollama]

export function providerRow(id: string): ProviderRow | undefined {
  return providerRows.find((row) => row.id === id)
}
