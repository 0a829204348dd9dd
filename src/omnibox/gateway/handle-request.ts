import { AppError } from '../../spec/app-error.ts'
import { matchHost } from '../../spec/net/match-host.ts'
import { forwardHeaders } from './forward-headers.ts'
import type { RequestFacts } from '../../spec/net/gateway-event.ts'
import { judgeRequest } from './judge-request.ts'
import type { NetRequest, SecretUse } from '../../spec/net/net-request.ts'
import { pushOf, pushStageOf } from './push-commands.ts'
import { reachProblem } from './reach-problem.ts'
import { readPush, type ReadPush } from './read-push.ts'
import { passwordProblem } from './proxy-password.ts'
import { headersOf, readTarget, type Route, type Target } from './read-target.ts'
import { isRefusal, type Refusal } from './refusal.ts'
import { plainTongue, refuseRequest, tellToWait, type Tongue } from './refuse-request.ts'
import { relay } from './relay.ts'
import { relayUpgrade } from './relay-upgrade.ts'
import type { FoundPlaceholder } from './secret-box.ts'
import { sendOwn } from './send-own.ts'
import type { Passage, World } from './world.ts'

/** One request from its head to the end of its answer: read, checked, judged, sent on. Rejects only by a bug of ours. */
export async function handleRequest(world: World, passage: Passage, route: Route): Promise<void> {
  const stranger = route.entrance === 'proxy' ? passwordProblem(passage.incoming, route.password) : undefined
  if (stranger !== undefined) return refuseRequest(passage, stranger, plainTongue)
  const id = world.nextId()
  if (world.protections.limits && world.connections.underWay > world.limits.maxUnderWay) return refuseAlone(world, passage, { status: 503, rule: 'gateway/too-many-requests', message: `${world.limits.maxUnderWay} requests are under way already.` }, { id, ...unread(passage, route) })
  const target = readTarget(passage.incoming, route, world)
  if (isRefusal(target)) return refuseAlone(world, passage, target, { id, ...unread(passage, route) })
  const facts: RequestFacts = { id, ...placeOf(target) }
  const problem = reachProblem(world, target)
  if (problem !== undefined) return refuseAlone(world, passage, problem, facts)
  const found = world.secrets().find(passage.incoming.rawHeaders, target.wire)
  const misplaced = found.find((each) => !mayFill(world, target, each))
  if (misplaced !== undefined) {
    world.reporter.tell({ type: 'alert', session: world.session, kind: 'placeholder', request: facts, secret: misplaced.secret.name })
    return refuseAlone(world, passage, { status: 403, rule: 'gateway/placeholder', message: `The placeholder of the secret "${misplaced.secret.name}" may only stand in a header, over TLS, to that secret's own hosts.` }, facts)
  }
  const request = describe(world, passage, target, { facts, found })
  if (world.intercept?.(request, { incoming: passage.incoming, outgoing: passage.outgoing, signal: passage.live, send: (own) => sendOwn(world, own) }) === true) return
  const stage = world.protections.readPushes ? pushStageOf({ path: target.path, query: target.query, types: headersOf(passage.incoming, 'content-type') }) : undefined
  const push = stage === 'push' ? await startPush(world, passage) : undefined
  if (push !== undefined && isRefusal(push)) return refuseAlone(world, passage, push, facts)
  const asked: NetRequest = stage === undefined ? request : { ...request, gitPush: pushOf(target.path, push?.commands.refs ?? []) }
  const tongue: Tongue = { stage, refs: push?.commands.refs.map(({ ref }) => ref) ?? [], capabilities: push?.commands.capabilities ?? [] }
  const judgement = await judgeRequest(world, asked, passage.live)
  switch (judgement.type) {
    case 'gone': return void passage.outgoing.destroy()
    case 'waiting': return tellToWait(passage, tongue)
    case 'deny': return refuseRequest(passage, { status: 403, ...judgement }, tongue)
    case 'allow': return send(world, passage, { target, facts, found, uses: judgement.secrets, prefix: push?.prefix, tongue })
  }
}

const placeOf = ({ scheme, host, port, method, path }: Target): Omit<RequestFacts, 'id'> => ({ scheme, host, port, method, path })

/** What can be said of a request that could not be read. */
function unread({ incoming }: Passage, route: Route): Omit<RequestFacts, 'id'> {
  const tls = route.entrance === 'tls'
  return { scheme: tls ? 'https' : 'http', host: tls ? route.named : '', port: route.entrance === 'proxy' ? 0 : route.port, method: incoming.method ?? '', path: (incoming.url ?? '').slice(0, 1_024) }
}

/** A refusal by a check of the gateway's own. */
async function refuseAlone(world: World, passage: Passage, refusal: Refusal, facts: RequestFacts): Promise<void> {
  world.reporter.counted(facts, { verdict: 'denied', by: 'gateway', rule: refusal.rule, revision: world.table().revision })
  await refuseRequest(passage, refusal, plainTongue)
}

function mayFill(world: World, target: Target, { secret, where }: FoundPlaceholder): boolean {
  if (!world.protections.placeholderHosts) return true
  return where === 'header' && target.scheme === 'https' && secret.hosts.some((pattern) => matchHost(pattern, target.host))
}

function describe(world: World, passage: Passage, target: Target, { facts, found }: { readonly facts: RequestFacts; readonly found: readonly FoundPlaceholder[] }): NetRequest {
  return {
    ...facts, session: world.session,
    ...(target.query === undefined ? {} : { query: target.query }),
    ...(target.bodyBytes === undefined ? {} : { bodyBytes: target.bodyBytes }),
    ...(passage.upgradeHead === undefined ? {} : { upgrade: 'websocket' as const }),
    ...(found.length === 0 ? {} : { placeholders: [...new Set(found.map(({ secret }) => secret.name))] }),
  }
}

async function startPush(world: World, passage: Passage): Promise<ReadPush | Refusal> {
  if (passage.expects) passage.outgoing.writeContinue()
  return readPush(passage.incoming, { maxBytes: world.limits.maxCommandBytes, live: passage.live })
}

interface Allowed {
  readonly target: Target
  readonly facts: RequestFacts
  readonly found: readonly FoundPlaceholder[]
  readonly uses: readonly SecretUse[]
  readonly prefix: Buffer | undefined
  readonly tongue: Tongue
}

async function send(world: World, passage: Passage, allowed: Allowed): Promise<void> {
  const { target, found, uses, facts } = allowed
  const secrets = world.secrets()
  if (uses.length > 0 && target.scheme !== 'https') return refuseRequest(passage, { status: 403, rule: 'gateway/secret', message: 'A secret goes out over TLS only.' }, allowed.tongue)
  const needles = world.protections.scrub && target.scheme === 'https' ? secrets.needles(target.host, uses, passage.incoming.rawHeaders) : []
  const upgrade = passage.upgradeHead === undefined ? undefined : passage.incoming.headers.upgrade
  const plain = forwardHeaders(passage.incoming.rawHeaders, target, { protections: world.protections, expects: passage.expects && allowed.prefix === undefined, identity: needles.length > 0, upgrade })
  const headers = injected(() => secrets.inject(secrets.fill(plain, found.map(({ secret }) => secret)), uses, target.host))
  if (isRefusal(headers)) return refuseRequest(passage, headers, allowed.tongue)
  for (const { secret } of found) world.reporter.tell({ type: 'secretUsed', session: world.session, request: facts, secret: secret.name, form: 'placeholder' })
  for (const { secret, form } of uses) world.reporter.tell({ type: 'secretUsed', session: world.session, request: facts, secret, form })
  const sending = {
    request: { scheme: target.scheme, host: target.host, port: target.port, method: target.method, path: target.wire, headers },
    hasBody: target.chunked || (target.bodyBytes ?? 0) > 0, prefix: allowed.prefix, needles,
  }
  const refusal = await (upgrade !== undefined ? relayUpgrade(world, passage, sending) : relay(world, passage, sending))
  if (refusal !== undefined) await refuseRequest(passage, refusal, allowed.tongue)
}

function injected(make: () => string[]): string[] | Refusal {
  try {
    return make()
  } catch (error) {
    if (error instanceof AppError) return { status: 403, rule: 'gateway/secret', message: error.message }
    throw error
  }
}
