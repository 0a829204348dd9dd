/** The APIs' own names: who offers them is the service's business. */
export type DialectId = 'messages' | 'responses' | 'chat-completions' | 'generate-content'

/** Where a model service is on the wire, and what it speaks there. */
export interface ModelPlace {
  /** Host name, and its port where it is not the scheme's own. In lower case. */
  readonly host: string
  /** What all of its paths begin with, such as `/v1`; empty for any. */
  readonly basePath: string
  readonly dialects: readonly DialectId[]
  /** Its Chat Completions streams tell their usage unasked, and it refuses to be asked. */
  readonly tellsUsage?: boolean
}

/** A model service, as programs in a box call it, and as it is called for them. */
export interface ModelService extends ModelPlace {
  /** Its real address where a person configured one, scheme and host only: `http://127.0.0.1:4000`. It may be on a private network. Without it the service is where programs call it. */
  readonly address?: string
  /** What programs sign in with: only a request that bears it is a call of the session's own. Empty for a service that needs nothing, under a name of ours. */
  readonly placeholder: string
  /** What is sent in its place; without it nothing is. Never leaves memory. */
  readonly credential?: string
  /** Sent with every call besides, in place of what the program says there. In lower case. */
  readonly headers?: Readonly<Record<string, string>>
}
