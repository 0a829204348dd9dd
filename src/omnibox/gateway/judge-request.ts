import type { Decider } from '../../spec/net/gateway-event.ts'
import type { NetRequest, SecretUse } from '../../spec/net/net-request.ts'
import type { World } from './world.ts'

export type Judgement =
  | { readonly type: 'allow'; readonly secrets: readonly SecretUse[] }
  | { readonly type: 'deny'; readonly rule: string; readonly message: string; readonly howToAsk?: string | undefined }
  | { readonly type: 'waiting' }
  | { readonly type: 'gone' }

/**
 * Decides by the static table, else by whoever is asked. The table lets neither a push through nor a request that uses a secret:
 * these are one decision each; it may deny them. What is decided is reported.
 */
export async function judgeRequest(world: World, request: NetRequest, live: AbortSignal): Promise<Judgement> {
  const table = world.table()
  const row = table.decide(request)
  if (row.action === 'deny' || (row.action === 'allow' && request.gitPush === undefined && request.placeholders === undefined && request.upgrade === undefined)) {
    world.reporter.counted(request, { verdict: row.action === 'deny' ? 'denied' : 'allowed', by: 'table', rule: row.rule, revision: table.revision })
    if (row.action === 'allow') return { type: 'allow', secrets: [] }
    const { rule, message = `The rule "${row.rule}" denies it.`, howToAsk } = row
    return { type: 'deny', rule, message, ...(howToAsk === undefined ? {} : { howToAsk }) }
  }
  const answer = await world.asks.ask(request, keyOf(request), live)
  if (answer.type !== 'verdict') return answer
  const { verdict } = answer
  const by: Decider = answer.by
  world.reporter.decided(request, verdict.type === 'allow' ? 'allowed' : 'denied', by, verdict.rule)
  return verdict.type === 'allow' ? { type: 'allow', secrets: verdict.secrets ?? [] } : verdict
}

/** What makes two requests the same question. Not the body: programs change it when they try again. */
function keyOf({ method, scheme, host, port, path, query, upgrade, gitPush, placeholders }: NetRequest): string {
  return JSON.stringify([method, scheme, host, port, path, query, upgrade, gitPush?.refs, placeholders])
}
