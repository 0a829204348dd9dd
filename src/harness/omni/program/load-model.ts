import type { LanguageModel } from 'ai'
import type { ModelChoice } from '../../child-loop/model-choice.ts'

/** The library's object for a model; only the one service's package is loaded. */
export async function loadModel({ dialect, id, baseUrl: baseURL, apiKey }: ModelChoice): Promise<LanguageModel> {
  switch (dialect) {
    case 'anthropic': {
      const { createAnthropic } = await import('@ai-sdk/anthropic')
      return createAnthropic({ baseURL, apiKey })(id)
    }
    case 'openai': {
      const { createOpenAI } = await import('@ai-sdk/openai')
      return createOpenAI({ baseURL, apiKey }).responses(id)
    }
    case 'google': {
      const { createGoogle } = await import('@ai-sdk/google')
      return createGoogle({ baseURL, apiKey })(id)
    }
    case 'chat': {
      const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible')
      return createOpenAICompatible({ name: 'chat', baseURL, includeUsage: true, ...(apiKey === '' ? {} : { apiKey }) })(id)
    }
  }
}
