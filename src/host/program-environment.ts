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

/** The whole environment of a program: a short allow-list, what it needs to sign in, and what was configured for it. */
export function programEnvironment({ environment, credentials, configured, agent }: EnvironmentSources): Record<string, string> {
  const wanted = new Set([...credentials, ...agent.pass])
  const passed = Object.entries(environment).filter(
    ([name]) => allowed.has(name) || wanted.has(name) || allowedPrefixes.some((prefix) => name.startsWith(prefix)),
  )
  return Object.fromEntries([...passed, ...Object.entries(configured), ...Object.entries(agent.set)].filter(([name]) => isName(name)))
}

const isName = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)
