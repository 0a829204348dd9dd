import type { Action, ActionKind } from '../spec/actions.ts'
import type { Condition } from '../spec/policy/condition.ts'
import type { Rule } from './compile-policies.ts'
import { compileCondition, type Predicate } from './conditions/compile-condition.ts'
import { type Facts, kindOf } from './facts.ts'

/** A person's standing yes to one rule: it answers that rule's asks for actions of its pattern, and nothing else. */
export interface Grant {
  readonly id: string
  /** The rule's id, for people. */
  readonly ruleId: string
  /** SHA-256 of the rule: another wording of it is another rule. */
  readonly rule: string
  readonly kind: ActionKind
  readonly pattern: Condition
  readonly scope: 'session' | 'project'
  readonly matches: Predicate
}

export function makeGrant(grant: Omit<Grant, 'matches'>): Grant {
  return { ...grant, matches: compileCondition(grant.pattern, true) }
}

/** The grant that answers an ask of `rule` about this action. Never for what may be something else. */
export function grantFor(grants: readonly Grant[], rule: Rule, facts: Facts): Grant | undefined {
  if (facts.possibly !== undefined) return undefined
  return grants.find((grant) => grant.rule === rule.hash && grant.kind === kindOf(facts) && grant.matches(facts) === true)
}

/** What a person would be remembered to have allowed: this action, by what it does and to what. */
export function patternOf(action: Action): Condition {
  switch (action.kind) {
    case 'exec': return action.argv === undefined ? { command: literal(action.command) } : { argv: action.argv.map(literal).join(' ') }
    case 'git.push': return given({ repo: action.repo, ref: action.ref, force: action.force ?? false, delete: action.delete ?? false })
    case 'git.commit': return {}
    case 'package.install': return given({ manager: action.manager, names: action.names.length === 0 ? undefined : action.names })
    case 'package.publish': return given({ manager: action.manager, name: action.name })
    case 'file.read': case 'file.write': case 'file.delete': return { path: action.path }
    case 'net.request': return given({ host: action.host, method: action.method })
    case 'mcp.call': return { server: action.server, tool: action.tool }
    case 'model.call': return { model: action.model }
    case 'spawn': return { agent: action.agent }
    case 'message.out': return given({ to: action.to })
    case 'policy.change': return { level: action.level }
    case 'secret.use': return { name: action.name, host: action.host }
    case 'other': return { tool: action.tool }
  }
}

function given(fields: Readonly<Record<string, string | boolean | readonly string[] | undefined>>): Condition {
  return Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, typeof value === 'string' ? literal(value) : typeof value === 'boolean' ? value : value.map(literal)]])))
}

/** What would be a pattern stood for itself in what a person saw: `?` is the narrowest pattern for it. */
const literal = (text: string) => text.replaceAll(/[*{}]/g, '?')
