import type { Protections } from './protections.ts'
import type { Target } from './read-target.ts'
import { dropHeader, type HeaderList, setHeader } from './secret-box.ts'

/**
 * Headers that end at each hop and are made anew for the next. What `Connection` names goes too, but never what frames or
 * addresses the message.
 * @see RFC 9110 §7.6.1
 */
const hopByHop = new Set(['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'http2-settings', 'alt-svc'])
const framing = new Set(['host', 'content-length'])

function withoutHops(headers: HeaderList, active: boolean): string[] {
  const named = new Set<string>()
  for (let at = 0; at < headers.length; at += 2) {
    if (headers[at]?.toLowerCase() === 'connection') for (const name of (headers[at + 1] ?? '').split(',')) named.add(name.trim().toLowerCase())
  }
  const kept: string[] = []
  for (let at = 0; at < headers.length; at += 2) {
    const [name = '', value = ''] = [headers[at], headers[at + 1]]
    const lower = name.toLowerCase()
    const ends = active ? hopByHop.has(lower) || (named.has(lower) && !framing.has(lower)) : lower === 'transfer-encoding' || lower === 'connection'
    if (!ends) kept.push(name, value)
  }
  return kept
}

export interface ForwardOptions {
  readonly protections: Protections
  readonly expects: boolean
  /** The answer will be searched for secrets, so it must not be packed. */
  readonly identity: boolean
  /** The other protocol that is asked for. */
  readonly upgrade: string | undefined
}

/** The head of a request for its next hop, without Host. */
export function forwardHeaders(headers: HeaderList, target: Target, options: ForwardOptions): string[] {
  let list = ['host', 'content-length', 'expect'].reduce<string[]>(dropHeader, withoutHops(headers, options.protections.hopByHop))
  if (options.identity) list = setHeader(options.upgrade !== undefined ? dropHeader(list, 'sec-websocket-extensions') : list, 'accept-encoding', 'identity')
  if (options.expects) list.push('Expect', '100-continue')
  if (options.upgrade !== undefined) list.push('Connection', 'Upgrade', 'Upgrade', options.upgrade)
  if (target.chunked) list.push('Transfer-Encoding', 'chunked')
  else if (target.bodyBytes !== undefined) list.push('Content-Length', String(target.bodyBytes))
  else if (mayHaveBody.has(target.method)) list.push('Content-Length', '0')
  return list
}

/** The head of a request that was read whole and is written anew, without Host. @param fields by lower-case name */
export function requestHeaders(fields: Readonly<Record<string, string | readonly string[] | undefined>>, bodyBytes: number): string[] {
  const list = Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [value].flat().flatMap((each) => [name, each])))
  const kept = ['host', 'content-length', 'expect'].reduce<string[]>(dropHeader, withoutHops(list, true))
  return bodyBytes === 0 ? kept : [...kept, 'content-length', String(bodyBytes)]
}

const mayHaveBody = new Set(['POST', 'PUT', 'PATCH'])

/** The head of an answer for the client. A length that no longer holds, or stands beside chunks, is left out. */
export function answerHeaders(headers: HeaderList, options: { readonly unpacked: boolean; scrub(text: string): string }): string[] {
  const chunked = headers.some((name, index) => index % 2 === 0 && name.toLowerCase() === 'transfer-encoding')
  const list = withoutHops(headers, true).map((text, index) => (index % 2 === 0 ? text : options.scrub(text)))
  const framed = chunked || options.unpacked ? dropHeader(list, 'content-length') : list
  return options.unpacked ? dropHeader(framed, 'content-encoding') : framed
}
