import type { ShellFact } from '../facts.ts'

/** Configuration as it will be in effect: the repository's, then what the line adds. Undefined values are only known at run time. */
export interface GitConfiguration {
  readonly entries: readonly (readonly [string, string | undefined])[]
  /** The branch that is checked out. */
  readonly branch?: string
  /** False when the repository's own configuration is not known. */
  readonly complete: boolean
}

export function gitConfiguration(fact: ShellFact | undefined, added: readonly (readonly [string, string | undefined])[]): GitConfiguration {
  const known = fact?.type === 'git' ? fact : undefined
  return { entries: [...(known?.config ?? []), ...added], complete: known !== undefined, ...(known?.branch === undefined ? {} : { branch: known.branch }) }
}

/** All values of a key, in order. Keys are compared without regard to case, as git does but for sub-sections. */
export const valuesOfKey = ({ entries }: GitConfiguration, key: string): readonly (string | undefined)[] => entries.filter(([name]) => name.toLowerCase() === key.toLowerCase()).map(([, value]) => value)

/** The value that counts: the last. `unknown` when it is only known at run time. */
export function lastValue(configuration: GitConfiguration, key: string): { readonly value: string | undefined } | undefined {
  const values = valuesOfKey(configuration, key)
  return values.length === 0 ? undefined : { value: values.at(-1) }
}

/** Keys whose value git runs as a shell line. */
const lines = /^(?:core\.(?:pager|editor|sshcommand|askpass|gitproxy|alternaterefscommand)|pager\..+|diff\.external|diff\..+\.(?:textconv|command)|difftool\..+\.cmd|mergetool\..+\.cmd|merge\..+\.driver|filter\..+\.(?:clean|smudge|process)|sequence\.editor|gpg\.(?:.+\.)?program|browser\..+\.cmd|man\..+\.cmd|guitool\..+\.cmd|trailer\..+\.(?:command|cmd)|interactive\.difffilter|imap\.tunnel|tar\..+\.command|uploadpack\.packobjectshook|remote\..+\.(?:uploadpack|receivepack)|sendemail\..*(?:cmd|smtpserver)|core\.fsmonitor|credential(?:\..+)?\.helper|submodule\..+\.update)$/i

/** Keys that make git read other files or hooks. */
const hidden = /^(?:include\.path|includeif\..+|core\.hookspath|init\.templatedir|protocol\.ext\.allow|remote\..+\.vcs|help\.autocorrect|core\.attributesfile)$/i

/** What a key of the configuration makes git run: a shell line, something unknown, or nothing. */
export function runsWhat(key: string, value: string | undefined): { readonly line: string } | { readonly doubt: string } | undefined {
  if (hidden.test(key)) return value === '/dev/null' || value === '' || value === 'false' || value === '0' ? undefined : { doubt: `git's ${key} makes it run something else` }
  if (!lines.test(key)) return undefined
  if (value === undefined) return { doubt: `git's ${key} is only known at run time` }
  if (/^(?:true|false|yes|no|on|off|0|1|)$/i.test(value) || (/\.update$/i.test(key) && !value.startsWith('!'))) return undefined
  // A helper's plain name means `git credential-NAME`.
  if (/helper$/i.test(key) && !/^[!/]/.test(value)) return undefined
  return { line: value.replace(/^!/, '') }
}
