import { isIPv4, isIPv6, SocketAddress } from 'node:net'
import type { Protections } from './protections.ts'
import type { Refusal } from './refusal.ts'

export interface Authority {
  /** A lower-case name without a last dot, or an address in its one canonical form (IPv6 without brackets). */
  readonly host: string
  readonly port: number
  /** The host is an address and not a name. */
  readonly literal: boolean
}

/**
 * The one reading of `host[:port]`, for CONNECT, Host and absolute addresses alike; what is compared has passed through here.
 * Names are ASCII: letters, digits, `-` and `_` in labels of at most 63 bytes, 253 in all.
 */
export function parseAuthority(text: string, defaultPort: number, protections: Pick<Protections, 'numericHosts' | 'userinfo'>): Authority | Refusal {
  if (text.includes('@') && protections.userinfo) return refused('userinfo', 'A user name stands before the host.')
  const bare = text.slice(text.lastIndexOf('@') + 1)
  const parts = /^(\[[0-9A-Fa-f:.]+\]|[^[\]:]*)(?::(\d{1,5}))?$/.exec(bare)
  if (parts === null) return refused('authority', 'The host cannot be read.')
  const port = parts[2] === undefined ? defaultPort : Number(parts[2])
  if (port < 1 || port > 65_535) return refused('authority', `There is no port ${parts[2] ?? ''}.`)
  const host = normaliseHost(parts[1] ?? '', protections)
  return 'rule' in host ? host : { ...host, port }
}

/** The one reading of a host, for SNI and DNS as well. */
export function normaliseHost(text: string, protections: Pick<Protections, 'numericHosts'>): Pick<Authority, 'host' | 'literal'> | Refusal {
  const lower = text.toLowerCase()
  if (lower.startsWith('[')) {
    const address = lower.slice(1, -1)
    if (!isIPv6(address)) return refused('authority', 'The address in brackets cannot be read.')
    return { host: new SocketAddress({ address, family: 'ipv6' }).address, literal: true }
  }
  const host = lower.endsWith('.') ? lower.slice(0, -1) : lower
  if (isIPv4(host)) return { host, literal: true }
  // A last label that looks like a number is an address to every resolver: 2130706433, 0x7f.1, 127.1, 0177.0.0.1.
  if (protections.numericHosts && /(^|\.)(\d+|0x[0-9a-f]*)$/.test(host)) return refused('numeric-host', 'The host is a number that could be read as an address.')
  const isName = host.length > 0 && host.length <= 253 && host.split('.').every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label))
  return isName ? { host, literal: false } : refused('authority', 'The host is no name.')
}

const refused = (rule: string, message: string): Refusal => ({ status: 400, rule: `gateway/${rule}`, message })
