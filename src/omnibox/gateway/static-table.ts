import type { StaticTable, TableRule } from '../../spec/net/static-table.ts'
import { matchHost } from '../../spec/net/match-host.ts'
import { matchPath } from './match-glob.ts'

export interface TableQuestion {
  readonly host: string
  readonly port: number
  readonly method: string
  readonly path: string
}

export interface CompiledTable {
  readonly revision: number
  /** The most specific row that matches. */
  decide(question: TableQuestion): TableRule
  /** Can any request to this host be let through? */
  mayReach(host: string): boolean
  /** Is this port open to this host, besides that of its scheme? */
  opens(host: string, port: number): boolean
}

/** Sorts the rows once, the most specific first: by host, then path, method and port; of two alike, the one that denies. */
export function compileTable(table: StaticTable): CompiledTable {
  const rules = table.rules.map((rule) => ({ ...rule, host: rule.host.toLowerCase() })).sort((left, right) => {
    const [a, b] = [rankOf(left), rankOf(right)]
    const place = a.findIndex((rank, index) => rank !== b[index])
    return place === -1 ? 0 : (b[place] ?? 0) - (a[place] ?? 0)
  })
  const ofHost = Map.groupBy(rules.filter(({ host }) => !host.startsWith('*')), ({ host }) => host)
  const wide = rules.filter(({ host }) => host.startsWith('*'))
  const candidates = (host: string): TableRule[] => [...(ofHost.get(host) ?? []), ...wide.filter((rule) => matchHost(rule.host, host))]
  const otherwise: TableRule = { rule: 'gateway/table', host: '*', action: table.otherwise, message: 'No rule lets this host through.' }
  return {
    revision: table.revision,
    decide: (question) => ofHost.get(question.host)?.find((rule) => matches(rule, question)) ?? wide.find((rule) => matchHost(rule.host, question.host) && matches(rule, question)) ?? otherwise,
    mayReach(host) {
      const found = candidates(host)
      const closed = found.findIndex((rule) => rule.action === 'deny' && rule.port === undefined && rule.method === undefined && (rule.path === undefined || rule.path === '/**'))
      const before = closed === -1 ? found : found.slice(0, closed)
      return before.some(({ action }) => action !== 'deny') || (closed === -1 && table.otherwise === 'authorize')
    },
    opens: (host, port) => candidates(host).some((rule) => rule.port === port && rule.action !== 'deny'),
  }
}

/** Larger is more specific, from left to right. */
function rankOf(rule: TableRule): readonly number[] {
  const { host, path = '/**' } = rule
  const star = path.indexOf('*')
  return [
    host.startsWith('*') ? 0 : 1, host.length,
    star === -1 ? 1 : 0, star === -1 ? path.length : star, path.length,
    rule.method === undefined ? 0 : 1, rule.port === undefined ? 0 : 1,
    ['allow', 'authorize', 'deny'].indexOf(rule.action),
  ]
}

const matches = (rule: TableRule, { port, method, path }: TableQuestion): boolean =>
  (rule.port === undefined || rule.port === port) && (rule.method === undefined || rule.method.includes(method)) && (rule.path === undefined || matchPath(rule.path, path))
