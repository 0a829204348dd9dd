import type { Policy } from '../spec/policy/policy-schema.ts'
import type { Level } from '../spec/policy/words.ts'
import { type LineReader } from './case-log.ts'
import { compilePolicies, type Rule } from './compile-policies.ts'
import { type Facts, plainFacts } from './facts.ts'

/** A policy that does not do what its own examples say. */
export interface BrokenExample {
  readonly policy: string
  readonly line: string
  readonly says: 'match' | 'no_match'
}

const actor = { session: 'example', agent: 'example', harness: 'example', depth: 0, workspace: '/home/user/project', home: '/home/user' }

/** Tries each policy on its `examples`: whether it speaks of the line, as if the past were as it wants it. */
export function checkExamples(level: Level, policies: readonly Policy[], read: LineReader): BrokenExample[] {
  return compilePolicies(level, policies).rules.flatMap((rule) => {
    const { examples = {}, name } = rule.policy
    const broken = (says: BrokenExample['says'], lines: readonly string[] = []) => lines.filter((line) => speaksOf(rule, line, read) !== (says === 'match')).map((line) => ({ policy: name, line, says }))
    return [...broken('match', examples.match), ...broken('no_match', examples.no_match)]
  })
}

/** A line that cannot be read may be anything: then it counts as meant. */
function speaksOf(rule: Rule, line: string, read: LineReader): boolean {
  const facts = read(line).flatMap((action): Facts[] => {
    const own = plainFacts(action, actor, 0)
    const isOpaque = action.kind === 'exec' && (action.opaque?.length ?? 0) > 0
    return isOpaque ? [own, ...[...rule.subjects].filter((kind) => kind !== 'exec').map((possibly) => ({ ...own, possibly }))] : [own]
  })
  return facts.some((each) => rule.subjects.has(each.possibly ?? each.action.kind) && rule.match(each) !== false)
}
