import { expandVariables } from '../spec/agent/references.ts'
import { AppError } from '../spec/app-error.ts'

/** Host variables every program gets: where things are, who and where one is. Nothing that could be a secret. */
const allowed = new Set(['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LANGUAGE', 'TERM', 'TMPDIR', 'SHELL', 'TZ'])
const allowedPrefixes = ['LC_', 'XDG_']

export interface EnvironmentSources {
  /** The host's own environment. */
  readonly environment: Readonly<Record<string, string>>
  /** Names that may hold the program's credentials. */
  readonly credentials: readonly string[]
  /** From the user's configuration of this harness. */
  readonly configured: Readonly<Record<string, string>>
  /** From the agent file: names to pass on, values to set. */
  readonly agent: { readonly pass: readonly string[]; readonly set: Readonly<Record<string, string>> }
}

/** The whole environment of a program: a short allow-list, what it needs to sign in, and what was configured for it. @throws {AppError} 'invalid' when a `${VAR}` of the agent is not set. */
export function programEnvironment({ environment, credentials, configured, agent }: EnvironmentSources): Record<string, string> {
  const wanted = new Set([...credentials, ...agent.pass])
  const passed = Object.entries(environment).filter(
    ([name]) => allowed.has(name) || wanted.has(name) || allowedPrefixes.some((prefix) => name.startsWith(prefix)),
  )
  const set = Object.entries(agent.set).map(([name, value]) => [name, expanded(name, value, environment)] as const)
  return Object.fromEntries([...passed, ...Object.entries(configured), ...set].filter(([name]) => isName(name)))
}

function expanded(name: string, value: string, environment: EnvironmentSources['environment']): string {
  const { text, missing } = expandVariables(value, environment)
  if (missing.length === 0) return text
  throw new AppError('invalid', `The agent sets ${name} from ${missing.join(', ')}, which this host does not have. Set it where the host is started, then: omni server stop --all`)
}

const isName = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)
