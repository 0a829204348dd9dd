/** The APIs' own names: who offers them is the service's business. */
export type DialectId = 'messages' | 'responses' | 'chat-completions' | 'generate-content'

/** A model service, as programs in a box call it, and as it is called for them. */
export interface ModelService {
  /** Host name inside, and its port where it is not 443. In lower case. */
  readonly host: string
  /** What all of its paths begin with inside, such as `/v1`; empty for any. */
  readonly basePath: string
  readonly dialects: readonly DialectId[]
  /** Its Chat Completions streams tell their usage unasked, and it refuses to be asked. */
  readonly tellsUsage?: boolean
  /** Its real address where a person configured one: `http://127.0.0.1:4000/base`. It may be on a private network. Without it the service is where programs call it. */
  readonly address?: string
  /** What programs sign in with: only a request that bears it is a call of the session's own. */
  readonly placeholder: string
  /** What is sent in its place; without it nothing is. Never leaves memory. */
  readonly credential?: string
}
