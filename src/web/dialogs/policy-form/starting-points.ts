import type { FormState } from './form-field.ts'

export interface StartingPoint {
  readonly title: string
  readonly form: FormState
}

/** What people want most often, filled in: a first policy is a click and an answer away. */
export const startingPoints: readonly StartingPoint[] = [
  { title: 'Pause every $5', form: { type: 'cost', answers: { mode: 'every', every: '5' } } },
  { title: 'Ask before a push once something was installed', form: { type: 'git', answers: { 'match/verb': 'push', after: 'package.install', 'after/cleared_by': 'yes', action: 'ask' } } },
  { title: 'Delete only what the agent made itself', form: { type: 'file', answers: { 'match/verb': 'delete', 'unless/created_by_agent': 'yes', action: 'deny' } } },
  { title: 'Ask before it reaches hosts other than these', form: { type: 'network', answers: { 'unless/host': 'localhost\n*.example.org', action: 'ask', remember: 'session' } } },
  { title: 'At most 30 commands a minute', form: { type: 'rate', answers: { of: 'exec', value: '30', per: '1m', action: 'ask' } } },
  { title: 'No commit before the tests passed', form: { type: 'require', answers: { 'match/subject': 'git.commit', after: 'exec', 'after/exec/argv': 'npm test *', 'after/exec/exit': '0', 'after/since': 'file.write', action: 'deny', message: 'Run the tests after your last change, then commit.' } } },
]
