import type { Arg } from '../arg.ts'
import { act, type Effect, opaque, type ProgramReader } from '../call.ts'
import { git } from '../git/git-reader.ts'
import { has, readOptions, valueOf } from './options.ts'

const host = 'api.github.com'
/** Words that only look. */
const reading = new Set(['list', 'ls', 'view', 'status', 'diff', 'checks', 'watch', 'download', 'clone', 'checkout', 'browse', 'search', 'ports', 'logs', 'verify', 'token', 'get', 'field-list', 'item-list', 'issues', 'prs', 'repos', 'code', 'commits', 'check'])
const known = new Set(['auth', 'browse', 'codespace', 'cs', 'gist', 'issue', 'org', 'pr', 'project', 'release', 'repo', 'cache', 'run', 'workflow', 'alias', 'api', 'attestation', 'completion', 'config', 'extension', 'ext', 'gpg-key', 'label', 'ruleset', 'search', 'secret', 'ssh-key', 'status', 'variable', 'help', 'version', 'preview'])
const quiet = new Set(['completion', 'config', 'help', 'version', 'auth'])

/** The command line of a forge: reads, writes, and pushes that it makes on the way. */
const gh: ProgramReader = (call) => {
  const { operands } = readOptions(call.args, { values: 'R', longValues: ['repo', 'hostname'], stops: true })
  const [group, ...rest] = operands
  if (group === undefined) return []
  if (group.text === undefined) return [opaque('which command it is, is only known at run time')]
  if (!known.has(group.text)) return [opaque(`${group.text} may be an alias or an extension`)]
  if (group.text === 'api') return readApi(rest)
  if (group.text === 'alias') return readAlias(rest)
  if (group.text === 'extension' || group.text === 'ext') return rest[0]?.text === 'list' ? [] : [opaque('it runs or installs an extension')]
  if (quiet.has(group.text)) return group.text === 'auth' && rest[0]?.text !== 'status' ? [request('POST', '/')] : []
  const verb = rest.find(({ prefix }) => !prefix.startsWith('-'))
  if (group.text === 'search' || group.text === 'status' || group.text === 'browse') return [request('GET', '/')]
  if (verb === undefined) return []
  if (verb.text === undefined) return [opaque('which command it is, is only known at run time')]
  if ((group.text === 'codespace' || group.text === 'cs') && /^(?:ssh|cp|jupyter|code)$/.test(verb.text)) return [request('POST', '/'), opaque('it starts a shell on another machine')]
  const args = rest.slice(rest.indexOf(verb) + 1)
  return [request(reading.has(verb.text) ? 'GET' : 'POST', '/'), ...pushes(group.text, verb.text, args)]
}

const request = (method: string, path: string): Effect => act({ kind: 'net.request', scheme: 'https', host, method, path, outbound: true })

function pushes(group: string, verb: string, args: readonly Arg[]): readonly Effect[] {
  const options = readOptions(args, { values: 'BbFHtTR', longValues: ['base', 'body', 'body-file', 'head', 'title', 'source', 'repo', 'template'] })
  if (group === 'pr' && (verb === 'create' || verb === 'new') && !has(options, 'dry-run', 'w', 'web') && !has(options, 'H', 'head')) return [act({ kind: 'git.push', outbound: true })]
  if (group === 'repo' && verb === 'create' && has(options, 'push')) return [act({ kind: 'git.push', outbound: true })]
  if (group === 'repo' && verb === 'sync') return [act({ kind: 'git.push', outbound: true })]
  if (group === 'release' && (verb === 'create' || verb === 'new')) return [act({ kind: 'git.push', outbound: true, tag: true, ...(options.operands[0]?.text === undefined ? {} : { ref: options.operands[0].text }) })]
  return []
}

/** `gh api PATH`: GET without fields, else POST, unless `-X` says. */
function readApi(args: readonly Arg[]): readonly Effect[] {
  const options = readOptions(args, { values: 'XfFHqpt', longValues: ['method', 'raw-field', 'field', 'header', 'input', 'jq', 'preview', 'template', 'hostname', 'cache'] })
  const named = valueOf(options, 'X', 'method')
  const method = named !== undefined ? named.text : has(options, 'f', 'F', 'raw-field', 'field', 'input') || options.operands[0]?.text === 'graphql' ? 'POST' : options.unsure ? undefined : 'GET'
  const path = options.operands[0]?.text
  const other = valueOf(options, 'hostname')
  return [act({ kind: 'net.request', scheme: 'https', host: other === undefined ? host : other.text ?? 'unknown', ...(method === undefined ? {} : { method: method.toUpperCase() }), ...(path === undefined ? {} : { path: path.startsWith('/') ? path : `/${path}` }), outbound: true })]
}

function readAlias(args: readonly Arg[]): readonly Effect[] {
  if (args[0]?.text === 'list' || args[0]?.text === 'delete') return []
  const line = args.filter(({ prefix }) => !prefix.startsWith('--')).at(2)
  if (line?.text === undefined) return [opaque('it defines an alias that is only known at run time')]
  return [{ type: 'script', text: line.text.startsWith('!') ? line.text.slice(1) : `gh ${line.text}` }]
}

/** hub adds commands of its own to git's. */
const hub: ProgramReader = (call) => {
  const [first, second] = call.args
  if (first?.text === 'pull-request') return [act({ kind: 'net.request', scheme: 'https', host, method: 'POST', outbound: true }), ...(call.args.some(({ text }) => text === '-p' || text === '--push') ? [act({ kind: 'git.push', outbound: true } as const)] : [])]
  if (/^(?:release|issue|fork|create|gist|api|pr|delete|sync)$/.test(first?.text ?? '')) return [act({ kind: 'net.request', scheme: 'https', host, method: second?.text === 'show' || second?.text === 'list' || second === undefined ? 'GET' : 'POST', outbound: true })]
  return git(call)
}

export const forges: readonly (readonly [string, ProgramReader])[] = [['gh', gh], ['hub', hub]]
