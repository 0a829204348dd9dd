import { AppError } from '../app-error.ts'
import { AgentSpec } from './agent-spec.ts'

/** Checks a resolved agent that came over the API or from a log. @throws {AppError} 'invalid' naming each place. */
export function parseAgentSpec(input: unknown): AgentSpec {
  const result = AgentSpec.safeParse(input)
  if (result.success) return result.data
  const problems = result.error.issues.slice(0, 20).map((issue) => `agent.${issue.path.map(String).join('.')}: ${issue.message}`)
  throw new AppError('invalid', problems.join('; '), { details: problems })
}
