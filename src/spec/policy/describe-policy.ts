import { kindsOf } from './subjects.ts'
import type { Policy } from './policy-schema.ts'

const maxList = 3
const maxLine = 160

/** A policy in one line, for lists: `ask git where verb: push, after package.install`. Text of a file: print it as such. */
export function describePolicy(policy: Policy): string {
  const parts = [
    policy.default === undefined ? `${policy.action ?? 'nothing'} ${subjectOf(policy)}` : `${policy.default} ${subjectOf(policy)} by default`,
    policy.match === undefined ? '' : `where ${conditionText(policy.match)}`,
    policy.refs === undefined ? '' : `pushing ${valueText(policy.refs)}`,
    measureOf(policy),
    policy.after === undefined ? '' : `${policy.type === 'require' ? 'unless there was' : 'after'} ${[policy.after].flat().map(patternText).join(' or ')}`,
    policy.within === undefined ? '' : `within ${policy.within}`,
    policy.unless === undefined ? '' : `unless ${conditionText(policy.unless)}`,
    policy.scope === undefined ? '' : `per ${policy.scope}`,
    policy.use_secret === undefined ? '' : `with the secret ${policy.use_secret}`,
    policy.enforce === 'required' ? '(required)' : '',
  ]
  const line = parts.filter((part) => part !== '').join(' ')
  return line.length > maxLine ? `${line.slice(0, maxLine - 1)}…` : line
}

/** `verb: push, any (force: true | delete: true)` */
export function conditionText(condition: object): string {
  return Object.entries(condition).map(([key, value]: [string, unknown]) => {
    if ((key === 'all' || key === 'any') && Array.isArray(value)) return `(${value.map((each: object) => conditionText(each)).join(key === 'all' ? ' and ' : ' or ')})`
    if (key === 'not' && typeof value === 'object' && value !== null) return `not (${conditionText(value)})`
    return `${key}: ${valueText(value)}`
  }).join(', ')
}

/** A value of a condition, long lists cut. */
export function valueText(value: unknown): string {
  if (Array.isArray(value)) return `${value.slice(0, maxList).map(valueText).join(' | ')}${value.length > maxList ? ` | ${value.length - maxList} more` : ''}`
  if (typeof value === 'object' && value !== null) return Object.entries(value).map(([operator, one]: [string, unknown]) => `${operator} ${valueText(one)}`).join(' ')
  return String(value)
}

function subjectOf({ type, of }: Policy): string {
  if (type === 'rate' || type === 'loop') return of === undefined || of === '*' ? 'anything' : (kindsOf(of)?.join(', ') ?? of)
  return type === 'cost' || type === 'tool' || type === 'require' || type === 'time' ? 'anything' : type
}

function measureOf(policy: Policy): string {
  const { type, op, value, every, unit = 'usd', per } = policy
  const amount = (count: number | undefined) => (unit === 'usd' ? `$${count ?? 0}` : `${count ?? 0} tokens`)
  if (type === 'cost') return every === undefined ? `when the cost is ${signs[op ?? 'ge']} ${amount(value)}` : `at every ${amount(every)}`
  if (type === 'rate') return `when there are ${signs[op ?? 'gt']} ${value ?? 0} per ${per ?? 'tree'}`
  return type === 'loop' ? `when the same comes ${signs[op ?? 'ge']} ${value ?? 4} times` : ''
}

const signs = { eq: '=', ne: '≠', lt: '<', le: '≤', gt: '>', ge: '≥' } as const

function patternText(pattern: Readonly<Record<string, unknown>>): string {
  return Object.entries(pattern).map(([key, value]) => {
    const inside = typeof value === 'object' && value !== null && Object.keys(value).length > 0 ? ` {${conditionText(value)}}` : ''
    if (key === 'cleared_by') return `until ${value === 'approval' ? 'a person has allowed it' : inside}`
    return key === 'since' ? `and not since${inside}` : `${key}${inside}`
  }).join(' ')
}
