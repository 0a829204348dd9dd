import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'

/**
 * The parts of `@openai/agents` 0.20 that are used here. It is installed by the user and not a dependency, so its own
 * types are not at hand.
 */
export interface Sdk {
  readonly Agent: new (options: { readonly name: string; readonly instructions: string; readonly model: SdkModel; readonly tools: readonly object[] }) => object
  readonly Runner: new (options: { readonly modelProvider: { getModel(): SdkModel }; readonly tracingDisabled: true; readonly toolNotFoundBehavior: 'return_error_to_model' }) => SdkRunner
  readonly OpenAIProvider: new (options: { readonly openAIClient: object; readonly useResponses: boolean }) => { getModel(name: string): Promise<SdkModel> }
  readonly tool: (options: SdkTool) => object
  readonly setTracingDisabled: (disabled: boolean) => void
  readonly OpenAI: new (options: SdkClientOptions) => object
}

export interface SdkRunner {
  run(agent: object, input: string, options: { readonly stream: true; readonly signal: AbortSignal; readonly maxTurns: null }): Promise<{ readonly completed: Promise<void> }>
}

export interface SdkTool {
  readonly name: string
  readonly description: string
  readonly parameters: object
  readonly strict: false
  execute(input: unknown, context: unknown, details: { readonly toolCall: { readonly callId: string } }): Promise<string>
}

export interface SdkModel {
  getResponse(request: SdkRequest): Promise<never>
  /** Events are read as unknown: they carry what a service said. */
  getStreamedResponse(request: SdkRequest): AsyncIterable<unknown>
}

export interface SdkRequest {
  readonly systemInstructions?: string
  readonly input: unknown
  readonly modelSettings: object
  readonly tools: readonly object[]
  readonly signal?: AbortSignal
}

export interface SdkClientOptions {
  readonly apiKey: string
  readonly baseURL: string
  readonly maxRetries: number
  /** Milliseconds. */
  readonly timeout: number
  readonly organization?: null
  readonly project?: null
}

const made = <Value>() => z.custom<Value>((value) => typeof value === 'function', 'is missing')
// Proof: each is a function there; what they take and give is what 0.20 documents, and the conformance suite runs it.
const Exports = z.object({ Agent: made<Sdk['Agent']>(), Runner: made<Sdk['Runner']>(), OpenAIProvider: made<Sdk['OpenAIProvider']>(), tool: made<Sdk['tool']>(), setTracingDisabled: made<Sdk['setTracingDisabled']>() })
const ClientExports = z.object({ OpenAI: made<Sdk['OpenAI']>() })

/** @param file the library's entry, as `probe` found it @throws when it is not there, or is another version's */
export async function loadSdk(file: string): Promise<Sdk> {
  const library = Exports.parse({ ...(await import(pathToFileURL(file).href) as object) })
  // The client that the library brings, in the form that the library has loaded: both forms are side by side.
  const client = join(dirname(createRequire(file).resolve('openai')), 'index.mjs')
  const { OpenAI } = ClientExports.parse({ ...(await import(pathToFileURL(client).href) as object) })
  // Else each turn is uploaded to the vendor.
  library.setTracingDisabled(true)
  return { ...library, OpenAI }
}
