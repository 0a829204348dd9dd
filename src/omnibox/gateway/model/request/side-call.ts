interface Signs {
  readonly hasTools: boolean
  /** The request's own limit of the answer. */
  readonly limit: number | undefined
  readonly inputTokens: number
  /** The answer has to have a form that a program reads. */
  readonly structured: boolean
}

/** Probes, titles and suggestions ask for no more. */
const sideOutput = 1_024
/** They look at a prompt or two; what sums up a conversation is larger, and is work. */
const sideInput = 16_000

/** True when a request is no part of the work: it offers no tools, shows little, and asks for a line or for fields of a form. */
export function isSideCall({ hasTools, limit, inputTokens, structured }: Signs): boolean {
  return isSmallTalk({ hasTools, inputTokens }) && (structured || (limit !== undefined && limit <= sideOutput))
}

/** The same of a program that is known to offer tools wherever it works. */
export function isSmallTalk({ hasTools, inputTokens }: Pick<Signs, 'hasTools' | 'inputTokens'>): boolean {
  return !hasTools && inputTokens <= sideInput
}
