import { AppError } from '../../spec/app-error.ts'
import type { NetVerdict } from '../../spec/net/net-request.ts'
import type { Clock, Ids } from '../../spec/ports/clock.ts'
import type { GatewayOrder, GatewayWord, WayOrder, WaySettings, WaySetup } from '../../spec/ports/gateway.ts'
import type { Verdict } from '../../spec/ports/harness.ts'
import type { Door } from '../../spec/ports/way-out.ts'
import type { AddressException } from './addresses.ts'
import { createCertificateAuthority } from './certificates.ts'
import { serveModels } from './model/serve-models.ts'
import type { Protections } from './protections.ts'
import { openSessionGateway } from './session-gateway.ts'
import type { Resolve } from './upstream.ts'

export interface GatewayServerOptions {
  readonly clock: Clock
  readonly ids: Ids
  readonly resolve: Resolve
  /** One way out's words, in order. */
  say(way: string, word: GatewayWord): void
  /** Addresses that may be reached although they are not public. */
  readonly exceptions?: readonly AddressException[]
  /** PEM of the roots that upstreams are verified with; those of Node by default. */
  readonly upstreamRoots?: readonly string[]
  /** For tests, which take single walls away. */
  readonly protections?: Partial<Protections>
}

/** Serves the ways out of any number of sessions; whoever decides is at the other end of its words. */
export interface GatewayServer {
  /** @throws {AppError} 'not_found' for a way that is not open */
  hear(way: string, order: GatewayOrder): void
  /** One door of a way that is open. */
  serve(way: string, door: Door): void
  close(): Promise<void>
}

interface OpenWay {
  hear(order: WayOrder): void
  serve(door: Door): void
  close(): Promise<void>
}

export function createGatewayServer(options: GatewayServerOptions): GatewayServer {
  const ways = new Map<string, OpenWay>()
  const wayOf = (way: string): OpenWay => {
    const found = ways.get(way)
    if (found === undefined) throw new AppError('not_found', `There is no way out ${way}.`)
    return found
  }
  return {
    hear(way, order) {
      if (order.type === 'open') return void ways.set(way, openWay(order.setup, options, (word) => options.say(way, word)))
      if (order.type !== 'close') return wayOf(way).hear(order)
      const closing = ways.get(way)
      ways.delete(way)
      void closing?.close()
    },
    serve: (way, door) => wayOf(way).serve(door),
    async close() {
      const all = [...ways.values()]
      ways.clear()
      await Promise.all(all.map((way) => way.close()))
    },
  }
}

function openWay({ session, authority, patienceMs, ...first }: WaySetup, { clock, ids, resolve, exceptions, upstreamRoots, protections }: GatewayServerOptions, say: (word: GatewayWord) => void): OpenWay {
  let settings: WaySettings = first
  const asked = new Map<string, (verdict: NetVerdict) => void>()
  const calls = new Map<string, (verdict: Verdict) => void>()
  const models = serveModels({
    clock, run: session, services: () => settings.services, nextCall: () => ids.next('mdl'), patienceMs: () => patienceMs,
    want: ({ call, model, tokens, side }) => new Promise((answer) => {
      calls.set(call, answer)
      say({ type: 'model.wanted', call, model, tokens, side })
    }),
    done: ({ run: _run, ...done }) => {
      calls.delete(done.call)
      say({ type: 'model.done', ...done })
    },
    limited: ({ run: _run, ...limit }) => say({ type: 'limited', ...limit }),
  })
  const gateway = openSessionGateway({
    session, clock, ids, resolve, authority: createCertificateAuthority({ session, now: () => clock.now(), keys: authority }),
    secrets: settings.secrets, table: settings.table, intercept: models.intercept, alsoNames: models.serves, report: (event) => say({ type: 'told', event }),
    ...(exceptions === undefined ? {} : { exceptions }), ...(upstreamRoots === undefined ? {} : { upstreamRoots }), ...(protections === undefined ? {} : { protections }),
    authorize: (request, signal) => new Promise((answer) => {
      asked.set(request.id, answer)
      signal.addEventListener('abort', () => {
        if (asked.delete(request.id)) say({ type: 'net.withdrawn', request: request.id })
      }, { once: true })
      say({ type: 'net.wanted', request })
    }),
  })
  /** Answers a question once. */
  function answer<Verdict>(open: Map<string, (verdict: Verdict) => void>, id: string, verdict: Verdict): void {
    const waiting = open.get(id)
    open.delete(id)
    waiting?.(verdict)
  }
  return {
    hear(order) {
      switch (order.type) {
        case 'settings':
          settings = { ...settings, ...order.settings }
          if (order.settings.secrets !== undefined) gateway.setSecrets(order.settings.secrets)
          if (order.settings.table !== undefined) gateway.replaceTable(order.settings.table)
          return
        case 'table.revoke': return gateway.revokeTable(order.revision)
        case 'net.verdict': return answer(asked, order.request, order.verdict)
        case 'model.verdict': return answer(calls, order.call, order.verdict)
        case 'run.end': return models.endRun(order.reason)
        case 'close': return undefined
      }
    },
    serve(door) {
      if (door.kind === 'dns') gateway.serveDns(door.socket, door.address)
      else gateway.serve(door.kind, door.server, door.kind === 'proxy' && door.password !== undefined ? { password: door.password } : {})
    },
    async close() {
      models.close()
      await gateway.close()
    },
  }
}
