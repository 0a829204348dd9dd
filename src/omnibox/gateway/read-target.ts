import type { IncomingMessage } from 'node:http'
import { type Authority, parseAuthority } from './normalise-host.ts'
import { usualPort } from '../../spec/net/usual-port.ts'
import type { Limits } from './limits.ts'
import type { Protections } from './protections.ts'
import { readPath, type ReadPath } from './read-path.ts'
import { isRefusal, type Refusal } from './refusal.ts'

/** By which door a connection came, and what is known of its target from there. */
export type Route =
  | { readonly entrance: 'proxy'; readonly password?: string }
  | { readonly entrance: 'http'; readonly port: number }
  /** `named`: the SNI, or the CONNECT's host where a client sends none. */
  | { readonly entrance: 'tls'; readonly port: number; readonly named: string; readonly connect?: Authority }

export interface Target extends ReadPath {
  readonly scheme: 'http' | 'https'
  readonly host: string
  readonly port: number
  readonly literal: boolean
  readonly method: string
  readonly bodyBytes: number | undefined
  readonly chunked: boolean
}

/** Reads and checks the head of a request: where it goes and that everybody on the way will read it alike. */
export function readTarget(incoming: IncomingMessage, route: Route, options: { readonly protections: Protections; readonly limits: Limits }): Target | Refusal {
  const { protections, limits } = options
  const problem = problemOfHead(incoming, protections, limits)
  if (problem !== undefined) return problem
  const form = readForm(incoming.url ?? '', route, protections)
  if (isRefusal(form)) return form
  const scheme = route.entrance === 'tls' ? 'https' : 'http'
  const place = readPlace(headersOf(incoming, 'host'), { route, absolute: form.authority, port: usualPort(scheme), protections })
  if (isRefusal(place)) return place
  const path = readPath(form.target, protections.clearPaths)
  if (isRefusal(path)) return path
  const length = headersOf(incoming, 'content-length')[0]
  return { ...path, ...place, scheme, method: incoming.method ?? 'GET', bodyBytes: length === undefined ? undefined : Number(length), chunked: headersOf(incoming, 'transfer-encoding').length > 0 }
}

const bad = (rule: string, message: string, status = 400): Refusal => ({ status, rule: `gateway/${rule}`, message })

/** Every value of a header, also those that Node's own view of it drops. */
export function headersOf(message: IncomingMessage, name: string): string[] {
  const values: string[] = []
  for (let at = 0; at < message.rawHeaders.length; at += 2) {
    if (message.rawHeaders[at]?.toLowerCase() === name) values.push(message.rawHeaders[at + 1] ?? '')
  }
  return values
}

function problemOfHead(incoming: IncomingMessage, protections: Protections, limits: Limits): Refusal | undefined {
  const method = incoming.method ?? ''
  if (protections.methods && (method === 'TRACE' || method === 'CONNECT')) return bad('method', `${method} is not passed on.`, 405)
  if (protections.limits && incoming.rawHeaders.length / 2 > limits.maxHeaders) return bad('too-many-headers', `More than ${limits.maxHeaders} headers.`, 431)
  if (!protections.framing) return undefined
  if (incoming.httpVersion !== '1.1' && incoming.httpVersion !== '1.0') return bad('version', 'Only HTTP/1.1 is spoken here.', 505)
  const lengths = headersOf(incoming, 'content-length')
  const encodings = headersOf(incoming, 'transfer-encoding')
  if (lengths.length > 1 || lengths.some((length) => !/^\d{1,15}$/.test(length))) return bad('framing', 'The length of the body is given twice, or is no number.')
  if (encodings.length > 1 || encodings.some((encoding) => encoding.toLowerCase() !== 'chunked')) return bad('framing', 'The only transfer encoding is "chunked", once.')
  if (encodings.length > 0 && (lengths.length > 0 || incoming.httpVersion === '1.0')) return bad('framing', 'The body has two lengths.')
  return undefined
}

function readForm(url: string, route: Route, protections: Protections): { readonly target: string; readonly authority?: string } | Refusal {
  const absolute = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/i.exec(url)
  if (route.entrance === 'proxy') {
    if (absolute === null) return bad('form', 'This is a proxy: ask for a whole address (http://host/path), or use CONNECT.')
    if (absolute[1]?.toLowerCase() !== 'http') return bad('form', 'Only http:// addresses are asked for in the open; use CONNECT for the others.')
    return { target: withSlash(absolute[3] ?? ''), authority: absolute[2] ?? '' }
  }
  if (absolute === null) return { target: url }
  return protections.originForm ? bad('form', 'A whole address is asked for where only a path may stand.') : { target: withSlash(absolute[3] ?? '') }
}

const withSlash = (target: string): string => (target.startsWith('/') ? target : `/${target}`)

function readPlace(hosts: readonly string[], known: { readonly route: Route; readonly absolute: string | undefined; readonly port: number; readonly protections: Protections }): Authority | Refusal {
  const { route, protections } = known
  const [first] = hosts
  if (first === undefined || (protections.oneHost && hosts.length > 1)) return bad('host', 'A request has exactly one Host.')
  const host = parseAuthority(first, known.port, protections)
  if (isRefusal(host)) return host
  const absolute = known.absolute === undefined ? host : parseAuthority(known.absolute, known.port, protections)
  if (isRefusal(absolute)) return absolute
  const opposed = [absolute, ...(route.entrance === 'tls' ? [{ host: route.named, port: route.port }, ...(route.connect === undefined ? [] : [route.connect])] : []), ...(route.entrance === 'http' ? [{ host: host.host, port: route.port }] : [])]
  const other = opposed.find((place) => place.host !== host.host || place.port !== host.port)
  if (other !== undefined && protections.sameAuthority) return bad('authority-mismatch', `The request is for ${host.host}:${host.port} on a connection to ${other.host}:${other.port}.`, 421)
  return route.entrance === 'tls' ? { ...host, host: route.named, port: route.port } : absolute
}
