/**
 * A policy, version 1: `design/policy.md` up to its first stage. `check-policies.ts` reads lists of them; `src/policy` compiles
 * them. Words of the later stage are in `later-stage.ts` and refused by name.
 */
import { z } from 'zod'
import { type Condition, conditionOf } from './condition.ts'
import { kindsOf, type PolicyType, subjectPatterns, typeSubjects } from './subjects.ts'
import { Duration, type Level, type Role, roles, scopes, type Verdict, verdicts } from './words.ts'

export const policyName = z.string().regex(/^[A-Za-z0-9][\w.-]{0,63}$/, 'must be 1 to 64 letters, digits, . _ - and start with a letter or digit')

/** Names of shipped policies begin so, and no others. */
export const shippedPrefix = 'baseline.'

/** What has happened: `{package.install: {manager: npm}}`; a pattern of an `exec` may also test its result. */
const result = { exit: z.union([z.int(), z.strictObject({ eq: z.int().optional(), ne: z.int().optional() })]).optional(), failed: z.boolean().optional() }
const oneSubject = (map: object) => Object.keys(map).filter((key) => key !== 'cleared_by' && key !== 'since').length === 1
const onlyOne = 'must name one subject, such as package.install'

/** Patterns of the past speak of every subject: the largest part of what has to be made. */
function pastKeys() {
  const patterns = Object.fromEntries(subjectPatterns.map((pattern) => [pattern, conditionOf(kindsOf(pattern) ?? [], result).nullable().optional()]))
  const Occurrence = z.strictObject(patterns).refine(oneSubject, onlyOne)
  const After = z.strictObject({ ...patterns, cleared_by: z.union([z.literal('approval'), Occurrence]).optional(), since: Occurrence.optional() }).refine(oneSubject, onlyOne)
  return { after: z.union([After, z.array(After).min(1).max(20)]).optional(), since: Occurrence.optional() }
}

const Approval = z.strictObject({
  remember: z.enum(['never', 'once', 'session', 'project']).optional(),
  by: z.array(z.enum(roles)).min(1).optional(),
  timeout: Duration.optional(),
  on_timeout: z.literal('deny').optional(),
})

const Examples = z.strictObject({ match: z.array(z.string().min(1).max(10_000)).max(100).optional(), no_match: z.array(z.string().min(1).max(10_000)).max(100).optional() })
const calls = z.string().regex(/^\d{1,4} calls$/, 'must be a count such as "12 calls"')
const op = z.enum(['eq', 'ne', 'lt', 'le', 'gt', 'ge']).optional()
const amount = z.number().min(0).max(1e9)

const common = {
  name: policyName,
  scope: z.enum(scopes).optional(),
  within: z.union([Duration, calls]).optional(),
  action: z.enum(verdicts).optional(),
  default: z.enum(['deny', 'ask']).optional(),
  admit: z.boolean().optional(),
  message: z.string().min(1).max(500).optional(),
  unknown: z.enum(['ask', 'deny']).optional(),
  approval: Approval.optional(),
  examples: Examples.optional(),
  enforce: z.enum(['required', 'best']).optional(),
  lock: z.boolean().optional(),
}

export const secretKinds = ['known', 'private_key', 'github_token', 'aws_key', 'high_entropy'] as const
export type SecretKind = (typeof secretKinds)[number]
export const secretPlaces = ['net.request', 'git.push', 'message.out'] as const
const secretFields = { in: z.array(z.enum(secretPlaces)).min(1).optional(), kinds: z.array(z.enum(secretKinds)).min(1).optional() }

const extraMatch: Partial<Record<PolicyType, Readonly<Record<string, z.ZodType>>>> = { secret: secretFields }
const extraKeys: Partial<Record<PolicyType, Readonly<Record<string, z.ZodType>>>> = {
  cost: { op, value: amount.optional(), every: amount.positive().optional(), unit: z.enum(['usd', 'tokens']).optional(), count_reserved: z.boolean().optional(), count_plan: z.boolean().optional(), unpriced: z.union([z.enum(['ask', 'deny']), z.strictObject({ assume: z.strictObject({ in: amount, out: amount }) })]).optional() },
  rate: { of: z.enum(subjectPatterns).optional(), op, value: z.int().min(0).max(100_000), per: z.union([Duration, z.enum(['turn', 'session', 'tree'])]), count: z.enum(['executed', 'attempts']).optional() },
  loop: { of: z.enum(subjectPatterns).optional(), op, value: z.int().min(2).max(1_000), fingerprint: z.literal('exact').optional() },
  network: { use_secret: z.string().min(1).max(64).optional(), refs: z.array(z.string().min(1).max(200)).optional() },
}

/** One schema per type, so that a complaint speaks of the keys that type has. */
export type PolicySchemas = (type: PolicyType) => z.ZodType<Policy>

/** Schemas are made when a policy of their type is read, and kept by whoever reads: most processes read none, and all of them take as long as zod itself. */
export function policySchemas(): PolicySchemas {
  const made = new Map<PolicyType, z.ZodType<Policy>>()
  let past: ReturnType<typeof pastKeys> | undefined
  return (type) => {
    const known = made.get(type)
    if (known !== undefined) return known
    past ??= pastKeys()
    const match = conditionOf(typeSubjects[type], extraMatch[type]).optional()
    const unless = conditionOf('any', extraMatch[type]).optional()
    // Proof: `Policy` is what this reads; zod cannot infer the conditions, whose fields are made from the table of subjects.
    const schema = z.strictObject({ ...common, ...past, type: z.literal(type), match, unless, ...extraKeys[type] }).superRefine(consistent) as unknown as z.ZodType<Policy>
    made.set(type, schema)
    return schema
  }
}

type OccurrenceKeys = Readonly<Record<string, Condition | null>>

/** A policy as written, checked. */
export interface Policy {
  readonly name: string
  readonly type: PolicyType
  readonly match?: Condition
  readonly unless?: Condition
  readonly scope?: (typeof scopes)[number]
  readonly after?: AfterPattern | readonly AfterPattern[]
  readonly since?: OccurrenceKeys
  readonly within?: string
  readonly action?: Verdict
  readonly default?: 'deny' | 'ask'
  readonly admit?: boolean
  readonly message?: string
  readonly unknown?: 'ask' | 'deny'
  readonly approval?: { readonly remember?: 'never' | 'once' | 'session' | 'project'; readonly by?: readonly Role[]; readonly timeout?: string }
  readonly examples?: { readonly match?: readonly string[]; readonly no_match?: readonly string[] }
  readonly enforce?: 'required' | 'best'
  readonly lock?: boolean
  // cost, rate, loop
  readonly op?: 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge'
  readonly value?: number
  readonly every?: number
  readonly unit?: 'usd' | 'tokens'
  readonly count_reserved?: boolean
  readonly count_plan?: boolean
  readonly unpriced?: 'ask' | 'deny' | { readonly assume: { readonly in: number; readonly out: number } }
  readonly of?: (typeof subjectPatterns)[number]
  readonly per?: string
  readonly count?: 'executed' | 'attempts'
  // network
  readonly use_secret?: string
  readonly refs?: readonly string[]
}
export type AfterPattern = Readonly<Record<string, unknown>> & { readonly cleared_by?: 'approval' | OccurrenceKeys; readonly since?: OccurrenceKeys }

type Draft = { readonly [key: string]: unknown }

/** What the keys of one policy must be to each other. */
function consistent(policy: Draft, context: z.RefinementCtx): void {
  const problem = (path: string, message: string) => context.addIssue({ code: 'custom', path: path === '' ? [] : [path], message })
  const has = (key: string) => policy[key] !== undefined
  if (!has('action') && !has('default')) problem('', 'needs an "action" (allow, warn, ask or deny) or a "default" (deny or ask)')
  if (has('action') && has('default')) problem('default', 'cannot stand beside "action": make it a policy of its own')
  if (policy['admit'] === true && policy['action'] !== 'ask') problem('admit', 'is for policies whose action is ask')
  if (has('approval') && policy['action'] !== 'ask' && policy['default'] !== 'ask') problem('approval', 'is for policies that ask')
  if (has('default') && (has('after') || has('within') || has('unless'))) problem('default', 'holds always: conditions on what happened belong to a policy with an action')
  if (policy['type'] === 'cost') costKeys(policy, problem)
  if (has('use_secret') && (has('default') || policy['action'] === 'deny')) problem('use_secret', 'is for policies that let a request through: their action is allow, warn or ask')
  if (has('refs') && has('default')) problem('refs', 'cannot narrow a default: it holds for whatever no other policy admits')
  if (policy['type'] === 'loop' && (typeof policy['within'] !== 'string' || !policy['within'].endsWith('calls'))) problem(has('within') ? 'within' : '', 'needs "within" as a count of calls, such as "12 calls"')
  if (policy['type'] === 'require' && !has('after')) problem('', 'needs "after": what must have happened before')
  if (policy['type'] === 'time' && !JSON.stringify([policy['match'], policy['unless']]).includes('"window"')) problem('', 'needs a "window" in match or unless')
  if (has('since') && !has('after')) problem('since', 'belongs to "after"')
  const crossTree = ['user', 'team', 'server'].includes(String(policy['scope']))
  if (crossTree && policy['type'] !== 'cost') problem('scope', 'can be user, team or server for policies of type cost only')
  if (crossTree && has('match')) problem('match', `cannot narrow the scope ${String(policy['scope'])}: what is spent there is counted whole`)
}

function costKeys(policy: Draft, problem: (path: string, message: string) => void): void {
  const { value, every, action } = policy
  if ((value === undefined) === (every === undefined)) problem(every === undefined ? '' : 'every', 'needs either "value" or "every"')
  if (every !== undefined && action !== 'ask') problem('every', 'is for policies whose action is ask')
  if (every !== undefined && policy['op'] !== undefined) problem('op', 'belongs to "value"')
  if (policy['unit'] === 'tokens' && policy['unpriced'] !== undefined) problem('unpriced', 'has no meaning for tokens')
}

/** One level's list, in order. */
export interface PolicyList {
  readonly level: Level
  readonly policies: readonly Policy[]
}
