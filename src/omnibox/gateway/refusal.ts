/** A request that is not sent on. `rule` is a policy's name, or `gateway/…` for a check of the gateway's own. */
export interface Refusal {
  readonly status: number
  readonly rule: string
  /** A sentence for the agent. */
  readonly message: string
  readonly howToAsk?: string | undefined
}

export const isRefusal = (value: object): value is Refusal => 'rule' in value && 'status' in value
/** What clients read: `{"error": {"code", "rule", "message", "howToAsk"?}}`. */
export function refusalBody(refusal: Refusal): string {
  const { rule, message, howToAsk } = refusal
  return `${JSON.stringify({ error: { code: codeOf(refusal.status), rule, message, ...(howToAsk === undefined ? {} : { howToAsk }) } })}\n`
}

function codeOf(status: number): string {
  if (status === 403) return 'refused'
  if (status >= 500) return 'upstream'
  return 'invalid'
}
