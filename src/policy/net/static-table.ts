import { emptyTable, type StaticTable, type TableRule } from '../../spec/net/static-table.ts'
import type { CompiledList } from '../compile-policies.ts'
import { unknownHost } from '../conditions/read-field.ts'
import { fillMessage } from '../fill-message.ts'
import { type HostClass, hostClasses, isWithin } from './host-class.ts'
import { judgeRegion, type RegionVerdict, ruleExtent } from './judge-region.ts'
import { namedPlaces } from './named-places.ts'
import { type PathClass, pathClasses, rowPath } from './path-class.ts'
import type { Ground, Region } from './region-extent.ts'
import { usualPort } from '../../spec/net/usual-port.ts'
import { readingMethods } from './writes-of.ts'

/** What is known of a session when its table is made. */
export interface TableGround {
  /** Counts up with every change of what this is made of: the lists, the host sets, who acts. */
  readonly revision: number
  readonly hostSets?: Ground['hostSets']
  /** What is left out may be anything. */
  readonly actor?: Ground['actor']
}

/** Beyond this a table takes longer to make than it saves: everything is judged. */
const maxHosts = 2_000
const maxRows = 4_000
const maxWork = 400_000
const usualMethods = [...readingMethods, 'POST', 'PUT', 'PATCH', 'DELETE']

/**
 * What a gateway may decide alone under these lists, all that are in force for a session. Requests are divided by the hosts, paths, methods and
 * ports that the lists name; a row is made for each part and is right for **every** request that fits it, whichever row is picked: it
 * allows where no rule can ask, warn, count, deny or give a secret, denies where one denies whatever the rest says, and everything else is
 * to be judged. In doubt it is judged. Pure.
 */
export function staticTable(lists: readonly CompiledList[], { revision, hostSets = {}, actor = {} }: TableGround): StaticTable {
  const places = new Map(lists.flatMap((list) => list.rules).map((rule) => [rule, namedPlaces(rule.policy, hostSets)]))
  const hosts = hostClasses([...places.values()].flatMap((each) => each.hosts)).toSorted((left, right) => left.length - right.length)
  if (hosts.length > maxHosts) return judgeAll(revision)
  const ground: Ground = { hosts: new Set(hosts), paths: [], hostSets, actor, known: { hosts: new Map(), addresses: new Map() }, work: { left: maxWork } }
  const relevant = new Map(hosts.map((host) => [host, lists.map((list) => ({ ...list, rules: list.rules.filter((rule) => speaksOf(rule, host, ground)) }))]))
  const opened = (host: HostClass) => (relevant.get(host) ?? []).flatMap((list) => list.rules).filter(({ policy }) => policy.action === 'allow' || policy.action === 'ask').flatMap((rule) => places.get(rule)?.ports ?? [])
  const rows: TableRule[] = []
  const made: { readonly host: HostClass; readonly rows: string }[] = []
  for (const host of hosts) {
    const own = relevant.get(host) ?? []
    const named = own.flatMap((list) => list.rules).flatMap((rule) => places.get(rule) ?? [])
    // A row that opens a port to `*.name` opens it to whatever is called so.
    const ports = [...new Set(hosts.filter((each) => isWithin(host, each)).flatMap(opened))].filter((port) => port !== usualPort('http') && port !== usualPort('https'))
    const paths = pathClasses(named.flatMap((each) => each.paths))
    const methods = [...new Set([...usualMethods, ...named.flatMap((each) => each.methods)])]
    const found = hostRows(own, { host, methods, ports }, { ...ground, paths })
    const text = JSON.stringify(found.map(({ host: _host, ...row }) => row))
    // What the next wider host says already need not be said again.
    if (made.findLast((each) => each.host !== host && isWithin(host, each.host))?.rows === text) continue
    made.push({ host, rows: text })
    rows.push(...found)
    if (rows.length > maxRows || ground.work.left < 0) return judgeAll(revision)
  }
  return { revision, rules: rows, otherwise: 'authorize' }
}

const judgeAll = (revision: number): StaticTable => ({ ...emptyTable, revision })

/** Whether a rule matters for a host at all; one that remembers what was always does. */
function speaksOf(rule: CompiledList['rules'][number], host: HostClass, ground: Ground): boolean {
  return rule.histories.length > 0 || rule.subjects.has('package.publish') || ruleExtent(rule, { host, mayPush: true }, ground) !== 'none'
}

interface Cut {
  readonly host: HostClass
  readonly methods: readonly string[]
  /** Open besides the usual ones. */
  readonly ports: readonly number[]
}

/** What is certain of a wider part is certain of all its parts: then these need no rows. */
function hostRows(lists: readonly CompiledList[], cut: Cut, ground: Ground): readonly TableRule[] {
  // Nothing is certain of it.
  if (cut.host === unknownHost) return [{ host: unknownHost, ...rowOf({ action: 'authorize' }, unknownHost) }]
  const whole = certain(lists, cut, { host: cut.host, mayPush: false }, ground)
  if (whole !== undefined) return [{ host: cut.host, ...rowOf(whole, cut.host) }]
  const made: { readonly path: PathClass; readonly rows: readonly TableRule[] }[] = []
  for (const path of ground.paths) {
    if (ground.work.left < 0) break
    const rows = pathRows(lists, cut, path, ground)
    // A row for what begins with `/a/` takes `/a` as well.
    const wider = made.findLast((each) => each.path.type === 'prefix' && (path.text.startsWith(each.path.text) || (path.type === 'exact' && each.path.text === `${path.text}/`)))
    if (wider === undefined || !isSame(wider.rows, rows)) made.push({ path, rows })
  }
  return made.flatMap(({ rows }) => rows)
}

/** The verdict on a region, if it has one that needs no rows to open ports. */
function certain(lists: readonly CompiledList[], { ports }: Cut, region: Region, ground: Ground): RegionVerdict | undefined {
  const verdict = judgeRegion(lists, region, ground)
  return verdict.action === 'deny' || (verdict.action === 'allow' && ports.length === 0) ? verdict : undefined
}

const isSame = (left: readonly TableRule[], right: readonly TableRule[]): boolean => withoutPath(left) === withoutPath(right)
const withoutPath = (rows: readonly TableRule[]): string => JSON.stringify(rows.map(({ path: _path, ...row }) => row))

/** The rows of one path: for methods that fare alike one set, for all others one without a method. */
function pathRows(lists: readonly CompiledList[], cut: Cut, path: PathClass, ground: Ground): readonly TableRule[] {
  const { host, methods, ports } = cut
  const text = rowPath(path)
  const base = { host, ...(text === undefined ? {} : { path: text }) }
  const region: Region = { host, path, mayPush: false }
  const whole = certain(lists, cut, region, ground)
  if (whole !== undefined) return [{ ...base, ...rowOf(whole, host) }]
  const rowsOf = (method: NonNullable<Region['method']>): readonly PortRow[] => {
    const verdict = certain(lists, cut, { ...region, method }, ground)
    if (verdict !== undefined) return [{ verdict }]
    const judge = (...origins: NonNullable<Region['origin']>[]) => joined(origins.map((origin) => judgeRegion(lists, { ...region, method, origin }, ground)))
    return portRows({ https: judge({ scheme: 'https', port: 443 }), http: judge({ scheme: 'http', port: 80 }, { scheme: 'https', port: 80 }), others: ports.map((port) => [port, judge({ scheme: 'https', port }, { scheme: 'http', port })]) })
  }
  const other = rowsOf('other')
  const groups = Map.groupBy(methods.map((name) => ({ name, rows: rowsOf({ name }) })), ({ rows }) => textOf(rows))
  groups.delete(textOf(other))
  const sets = [{ rows: other, method: {} }, ...[...groups.values()].map((group) => ({ rows: group[0]?.rows ?? [], method: { method: group.map(({ name }) => name) } }))]
  return sets.flatMap(({ rows, method }) => rows.map(({ port, verdict }) => ({ ...base, ...method, ...(port === undefined ? {} : { port }), ...rowOf(verdict, host) })))
}

interface PortRow {
  readonly port?: number
  readonly verdict: RegionVerdict
}

/**
 * A row without a port is for the usual one of https and, where they fare alike, of http; where not, http has its own. A row that opens
 * port 80 opens it to https as well, so it is judged for both. Rows for further ports are what opens those.
 */
function portRows({ https, http, others }: { readonly https: RegionVerdict; readonly http: RegionVerdict; readonly others: readonly (readonly [number, RegionVerdict])[] }): readonly PortRow[] {
  return [
    { verdict: https }, ...(keyOf(http) === keyOf(https) ? [] : [{ port: 80, verdict: http }]),
    ...others.filter(([, verdict]) => verdict.action !== 'deny' || https.action !== 'deny').map(([port, verdict]) => ({ port, verdict })),
  ]
}

/** One verdict for several kinds of requests, if they have one. */
function joined(verdicts: readonly RegionVerdict[]): RegionVerdict {
  const [first] = verdicts
  return first !== undefined && verdicts.every(({ action }) => action === first.action) ? first : { action: 'authorize' }
}

const keyOf = (verdict: RegionVerdict): string => `${verdict.action} ${verdict.action === 'authorize' ? '' : (verdict.rule?.hash ?? '')}`
const textOf = (rows: readonly PortRow[]): string => JSON.stringify(rows.map(({ port, verdict }) => [port, keyOf(verdict)]))

function rowOf(verdict: RegionVerdict, host: HostClass): Pick<TableRule, 'rule' | 'action' | 'message'> {
  if (verdict.action === 'authorize') return { rule: 'policies', action: 'authorize' }
  const { policy, id } = verdict.rule ?? {}
  if (verdict.action === 'allow' || policy?.message === undefined || id === undefined) return { rule: id ?? 'policies', action: verdict.action }
  const named = host.startsWith('*') ? {} : { host }
  return { rule: id, action: 'deny', message: fillMessage(policy.message, { kind: 'message.out', outbound: true }, { rule: id, ...named }) }
}
