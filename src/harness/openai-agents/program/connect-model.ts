import type { ModelChoice } from '../../child-loop/model-choice.ts'
import type { Sdk, SdkModel } from './sdk.ts'

/** A model call may be held until a person has said yes: the longest that a timer takes. */
const timeout = 2 ** 31 - 1

/** The library's object for a model. It asks once: `withRetry` decides about another try. */
export async function connectModel(sdk: Sdk, { dialect, id, label, baseUrl: baseURL, apiKey }: ModelChoice): Promise<SdkModel> {
  // The account that the environment names is the vendor's own: it is nothing to other services.
  const account = label.startsWith('openai/') ? {} : { organization: null, project: null }
  // The client refuses an empty key; places that need none ignore it.
  const openAIClient = new sdk.OpenAI({ apiKey: apiKey === '' ? 'none' : apiKey, baseURL, maxRetries: 0, timeout, ...account })
  return await new sdk.OpenAIProvider({ openAIClient, useResponses: dialect === 'openai' }).getModel(id)
}
