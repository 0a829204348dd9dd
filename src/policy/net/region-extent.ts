import type { Condition, Operators, Scalar, Test } from '../../spec/policy/condition.ts'
import { fieldKind } from '../../spec/policy/condition.ts'
import { compileTest } from '../conditions/compile-condition.ts'
import { expandBraces, globTest } from '../conditions/match-glob.ts'
import { hostTest } from '../conditions/match-host.ts'
import { readUrlPattern, type UrlPattern } from '../conditions/match-url.ts'
import { type FieldValue, unknownHost } from '../conditions/read-field.ts'
import { type Actor, plainFacts } from '../facts.ts'
import { anyOf, everyOf, type Extent, inverted } from './extent.ts'
import { type HostClass, hostExtent } from './host-class.ts'
import { type PathClass, pathExtent } from './path-class.ts'
import { usualPort } from '../../spec/net/usual-port.ts'
import { readingMethods } from './writes-of.ts'

/** Requests that a table cannot tell apart, or need not. What is absent may be anything. */
export interface Region {
  readonly host: HostClass
  readonly path?: PathClass
  /** `other`: every method that no policy and no row names. */
  readonly method?: { readonly name: string } | 'other'
  readonly origin?: { readonly scheme: 'http' | 'https'; readonly port: number }
  /** It may be a push, or what git asks before one: of these a gateway lets none through by itself. */
  readonly mayPush: boolean
}

/** What regions are cut by, and what is known of every request of the session. */
export interface Ground {
  readonly hosts: ReadonlySet<HostClass>
  readonly paths: readonly PathClass[]
  readonly hostSets: Readonly<Record<string, readonly string[]>>
  readonly actor: Partial<Pick<Actor, 'agent' | 'harness' | 'depth'>>
  /** What comes by again for every path and method: what tests of hosts came to, by test and host, and addresses, cut up. */
  readonly known: { readonly hosts: Map<Test, Map<HostClass, Extent>>; readonly addresses: Map<string, readonly (UrlPattern | undefined)[]> }
  /** How many more rules may be looked at: changed in place. */
  readonly work: { left: number }
}

/** Of which requests of a region a condition holds, for certain: whatever is unknown of one of them makes it `some`. The counterpart of `compileCondition`. */
export function conditionExtent(condition: Condition, region: Region, ground: Ground): Extent {
  return everyOf(Object.entries(condition).map(([key, value]): Extent => {
    switch (key) {
      // Proof for these: the schema of `Condition`.
      case 'all': return everyOf((value as readonly Condition[]).map((each) => conditionExtent(each, region, ground)))
      case 'any': return anyOf((value as readonly Condition[]).map((each) => conditionExtent(each, region, ground)))
      case 'not': return inverted(conditionExtent(value as Condition, region, ground))
      case 'in': return (value as readonly string[]).includes('net.request') ? 'all' : 'none'
      case 'kinds': case 'window': return 'some'
      default: return fieldKind('net.request', key) === undefined ? 'none' : fieldExtent(key, value as Test, region, ground)
    }
  }))
}

function fieldExtent(name: string, test: Test, region: Region, ground: Ground): Extent {
  const { host, path, method, origin } = region
  switch (name) {
    case 'subject': return known(name, test, 'net.request')
    case 'outbound': return known(name, test, true)
    case 'observed': return known(name, test, false)
    case 'agent': case 'harness': case 'depth': return known(name, test, ground.actor[name])
    case 'scheme': return known(name, test, origin?.scheme)
    case 'port': return known(name, test, origin?.port)
    case 'method': return method === 'other' ? patterns(test, (wanted) => (/[*?{]/.test(wanted) ? 'some' : 'none')) : known(name, test, method?.name)
    case 'writes': return known(name, test, writes(method))
    case 'host': return remembered(ground, test, host)
    case 'path': return path === undefined ? 'some' : patterns(test, (wanted) => pathExtent(wanted, path, ground.paths))
    case 'url': return patterns(test, (wanted) => anyOf(addressesOf(wanted, ground).map((each) => urlExtent(each, region, ground))))
    default: return 'some'
  }
}

function known(name: string, test: Test, value: FieldValue | undefined): Extent {
  const kind = fieldKind('net.request', name)
  if (value === undefined || kind === undefined) return 'some'
  const truth = compileTest(kind, test, false)(value, anything)
  return truth === 'unknown' ? 'some' : truth ? 'all' : 'none'
}
const anything = plainFacts({ kind: 'net.request', host: unknownHost, outbound: true }, { session: '', agent: '', harness: '', depth: 0, workspace: '/', home: '/' }, 0)

/** Reading methods read, and of the writing ones a POST may read. */
function writes(method: Region['method']): boolean | undefined {
  if (method === undefined || method === 'other' || method.name === 'POST') return undefined
  return !readingMethods.some((each) => each === method.name)
}

/** A test of texts, whose patterns are asked one by one. */
function patterns(test: Test, extentOf: (wanted: string) => Extent): Extent {
  const some = (value: Scalar | readonly Scalar[]): Extent => anyOf([value].flat().map((each) => (typeof each === 'string' ? extentOf(each) : 'some')))
  if (typeof test !== 'object' || Array.isArray(test)) return some(test as Scalar | readonly Scalar[]) // Proof: neither operators nor a window is a list.
  const { eq, ne, in: list, not, matches, ...bounds } = test as Operators // Proof: no field here is tested by a window.
  return everyOf([
    ...(eq === undefined ? [] : [some(eq)]), ...(list === undefined ? [] : [some(list)]), ...(ne === undefined ? [] : [inverted(some(ne))]), ...(not === undefined ? [] : [inverted(some(not))]),
    ...(matches === undefined && Object.keys(bounds).length === 0 ? [] : ['some' as const]),
  ])
}

function remembered(ground: Ground, test: Test, host: HostClass): Extent {
  const byHost = ground.known.hosts.get(test) ?? new Map<HostClass, Extent>()
  ground.known.hosts.set(test, byHost)
  const extent = byHost.get(host) ?? patterns(test, (wanted) => namedHostExtent(wanted, host, ground))
  byHost.set(host, extent)
  return extent
}

/** A pattern of `host`, or a set of the server by its name. */
function namedHostExtent(wanted: string, host: HostClass, ground: Ground): Extent {
  if (!wanted.startsWith('@')) return hostExtent(wanted, host, { classes: ground.hosts, fits: (each) => hostTest(wanted)(each) })
  const name = wanted.slice(1)
  const set = Object.hasOwn(ground.hostSets, name) ? ground.hostSets[name] : undefined
  // A set in a set is one more step than the rest of the language needs to know.
  return set === undefined ? 'some' : anyOf(set.map((each) => (each.startsWith('@') ? 'some' : namedHostExtent(each, host, ground))))
}

function addressesOf(wanted: string, { known: { addresses } }: Ground): readonly (UrlPattern | undefined)[] {
  const parts = addresses.get(wanted) ?? expandBraces(wanted).map(readUrlPattern)
  addresses.set(wanted, parts)
  return parts
}

function urlExtent(parts: UrlPattern | undefined, region: Region, ground: Ground): Extent {
  const { host, path, origin } = region
  if (parts === undefined || host === unknownHost) return 'some'
  const place = authorityExtent(parts.authority, region, ground)
  if (path === undefined || origin === undefined) return place === 'none' ? 'none' : 'some'
  return everyOf([place, globTest(parts.scheme)(origin.scheme) ? 'all' : 'none', pathExtent(parts.path, path, ground.paths)])
}

/** An address names its port only where that is not the usual one. */
function authorityExtent(authority: string, { host, origin }: Region, ground: Ground): Extent {
  const [, name = authority, port] = /^(.*?)(?::([^:\]]*))?$/.exec(authority) ?? []
  const ofHost = hostExtent(bareHost(name), host, { classes: ground.hosts, fits: (each) => globTest(name)(each.includes(':') ? `[${each}]` : each) })
  const isOpen = name.endsWith('*')
  if (origin === undefined) return ofHost === 'none' && !isOpen ? 'none' : 'some'
  const isUsual = origin.port === usualPort(origin.scheme)
  if (port !== undefined) return isUsual ? 'none' : everyOf([ofHost, globTest(port)(String(origin.port)) ? 'all' : 'none'])
  // A last star also takes a colon and what follows it.
  return isUsual ? ofHost : isOpen ? 'some' : 'none'
}

/** IPv6 stands in brackets in an address, and nowhere else. */
export const bareHost = (name: string): string => name.replace(/^\[(.*)\]$/, '$1')
