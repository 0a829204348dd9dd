import type { Arg } from '../arg.ts'
import { act, type Call, type Effect, opaque, type ProgramReader } from '../call.ts'
import { absolute } from '../paths.ts'
import { has, type Options, readOptions, valueOf } from '../programs/options.ts'
import { joinedScript } from '../programs/wrappers.ts'
import { packageScript } from '../scripts/package-script.ts'
import { fetched, install, withoutVersion } from './managers.ts'

const shape = {
  values: 'wCpF', longValues: ['prefix', 'workspace', 'registry', 'tag', 'loglevel', 'cache', 'userconfig', 'otp', 'access', 'package', 'dir', 'cwd', 'filter', 'call', 'omit', 'include', 'script-shell', 'reporter', 'node-options', 'config', 'backend', 'network-timeout', 'modules-folder'],
} as const

interface NodeManager {
  readonly install: readonly string[]
  readonly run: readonly string[]
  /** Downloads a program and runs it. */
  readonly fetch: readonly string[]
  /** Runs a program that is installed here. */
  readonly exec: readonly string[]
  readonly publish: readonly string[]
  /** Own commands that a script of the same name does not replace. */
  readonly own: readonly string[]
  /** `PROGRAM NAME` is `PROGRAM run NAME`. */
  readonly short: boolean
}

const lifecycles = new Set(['test', 'start', 'stop', 'restart'])
const registry = ['unpublish', 'deprecate', 'dist-tag', 'dist-tags', 'owner', 'access', 'token', 'team', 'org', 'hook', 'star', 'unstar']
const local = ['config', 'c', 'set', 'get', 'ls', 'list', 'la', 'll', 'root', 'bin', 'prefix', 'help', 'version', 'pack', 'prune', 'dedupe', 'cache', 'uninstall', 'remove', 'rm', 'un', 'unlink', 'r', 'why', 'explain', 'init', 'store', 'patch', 'patch-commit', 'import', 'fund', 'doctor', 'pkg', 'query', 'completion', 'env', 'licenses', 'shrinkwrap', 'sbom', 'ping', 'whoami', 'login', 'logout', 'adduser', 'diff', 'edit', 'repo', 'docs', 'bugs', 'profile']
const reading = ['view', 'info', 'show', 'v', 'search', 's', 'outdated', 'audit']

const table: Readonly<Record<string, NodeManager>> = {
  npm: { install: ['install', 'i', 'in', 'ins', 'inst', 'insta', 'instal', 'isnt', 'isnta', 'isntal', 'isntall', 'add', 'ci', 'clean-install', 'ic', 'install-clean', 'update', 'up', 'upgrade', 'udpate', 'install-test', 'it', 'cit', 'link', 'ln', 'rebuild', 'rb'], run: ['run', 'run-script', 'rum', 'urn'], fetch: ['create', 'innit'], exec: ['exec', 'x'], publish: ['publish', 'pub', 'publi', 'publis', 'publ'], own: [...local, ...reading, ...registry], short: false },
  pnpm: { install: ['install', 'i', 'add', 'update', 'up', 'upgrade', 'link', 'ln', 'fetch', 'rebuild', 'rb', 'install-test', 'it'], run: ['run', 'run-script'], fetch: ['dlx', 'create'], exec: ['exec'], publish: ['publish'], own: [...local, ...reading, ...registry, 'deploy', 'server', 'setup'], short: true },
  yarn: { install: ['install', 'add', 'up', 'upgrade', 'upgrade-interactive', 'link', 'dedupe', 'rebuild'], run: ['run'], fetch: ['dlx', 'create'], exec: ['exec'], publish: ['publish'], own: [...local, ...reading, ...registry, 'constraints', 'plugin', 'npm', 'workspace', 'workspaces', 'global'], short: true },
  bun: { install: ['install', 'i', 'add', 'a', 'update', 'link'], run: ['run'], fetch: ['x', 'create', 'c'], exec: [], publish: ['publish'], own: [...local, ...reading, 'test', 'build', 'upgrade', 'pm', 'repl'], short: true },
}

/** npm, pnpm, yarn and bun: installing, publishing, and scripts of `package.json`. */
export const nodeManagers: readonly (readonly [string, ProgramReader])[] = [
  ...Object.entries(table).map(([name, manager]): readonly [string, ProgramReader] => [name, (call) => readNodeManager(name, manager, call)]),
  ['npx', (call) => readNpx('npm', call)], ['pnpx', (call) => readNpx('pnpm', call)], ['bunx', (call) => readNpx('bun', call)],
]

function readNodeManager(name: string, manager: NodeManager, call: Call): readonly Effect[] {
  const before = readOptions(call.args, { ...shape, stops: true })
  const [first, ...rest] = before.operands
  if (first === undefined) return name === 'yarn' && !has(before, 'version', 'v', 'help') ? [install(name, before)] : []
  if (first.text === undefined) return [opaque(`which of ${name}'s commands it is, is only known at run time`)]
  const command = first.text
  const all = readOptions([...call.args.slice(0, call.args.length - before.operands.length), ...rest], shape)
  if (name === 'yarn' && (command === 'workspace' || command === 'workspaces' || command === 'global' || command === 'npm')) return readYarn(call, command, rest)
  if (manager.install.includes(command)) return [install(name, all)]
  if (manager.publish.includes(command)) return has(all, 'dry-run') ? [] : [act({ kind: 'package.publish', manager: name, outbound: true })]
  if (manager.fetch.includes(command) || (command === 'init' && rest.some(({ prefix }) => !prefix.startsWith('-')))) return readFetched(name, command, rest)
  if (manager.exec.includes(command)) return readExec(name, rest)
  if (registry.includes(command)) return [act({ kind: 'net.request', scheme: 'https', host: 'registry.npmjs.org', method: 'PUT', outbound: true })]
  if (command === 'explore') return [opaque('it starts a shell')]
  if (/^(?:config|c|set)$/.test(command) && rest.some(({ prefix }) => /script-shell|shell|init-module|git/.test(prefix))) return [opaque('it changes which shell runs scripts')]
  if (command === 'version' && name !== 'bun' && rest.length > 0) return [act({ kind: 'git.commit', outbound: false }), ...script(call, { before, all }, 'version', [])]
  const isLifecycle = lifecycles.has(command) && !manager.own.includes(command)
  if (manager.run.includes(command)) return readRun(name, call, rest, before)
  if (/^(?:t|tst)$/.test(command) && name === 'npm') return script(call, { before, all }, 'test', rest)
  if (isLifecycle) return script(call, { before, all }, command, rest)
  if (manager.own.includes(command)) return []
  if (!manager.short) return [opaque(`${name} ${command} is not known`)]
  return /[./]/.test(command) && name === 'bun' ? [] : script(call, { before, all }, command, rest, true)
}

/** `run [options] NAME [arguments]`. */
function readRun(name: string, call: Call, args: readonly Arg[], before: Options): readonly Effect[] {
  const options = readOptions(args, { ...shape, stops: true })
  const [wanted, ...rest] = options.operands
  if (wanted === undefined) return []
  if (wanted.text === undefined) return [opaque('which script it runs is only known at run time')]
  // Options of npm may also follow the name.
  const all = readOptions(args, shape)
  return script(call, { before, all }, wanted.text, name === 'npm' ? withoutOptions(rest) : rest, name !== 'npm' && !/[./]/.test(wanted.text))
}

/** What npm hands on: not the options that are its own, wherever they stand before `--`. */
const withoutOptions = (args: readonly Arg[]): readonly Arg[] => readOptions(args, shape).operands

interface Given {
  /** Options before the command, and all of them. */
  readonly before: Options
  readonly all: Options
}

/** @param orProgram a name that is no script is a program of `node_modules/.bin`. */
function script(call: Call, { before, all }: Given, name: string, args: readonly Arg[], orProgram = false): readonly Effect[] {
  if (has(all, 'w', 'workspace', 'workspaces', 'ws', 'r', 'recursive', 'filter', 'F') || has(before, 'w', 'r', 'F', 'filter', 'recursive')) return [opaque('it runs scripts of several packages')]
  if (has(all, 'script-shell')) return [opaque('another program runs the scripts')]
  const folder = valueOf(all, 'prefix', 'C', 'dir', 'cwd') ?? valueOf(before, 'prefix', 'C', 'dir', 'cwd')
  const start = folder === undefined ? call.cwd : folder.text === undefined ? undefined : absolute(folder.text, call.cwd)
  return packageScript(call, { start, name, args: args[0]?.text === '--' ? args.slice(1) : args, orProgram })
}

function readYarn(call: Call, command: string, rest: readonly Arg[]): readonly Effect[] {
  const verb = rest.find(({ prefix }) => !prefix.startsWith('-'))?.text
  if (command === 'npm') return verb === 'publish' ? [act({ kind: 'package.publish', manager: 'yarn', outbound: true })] : []
  if (command === 'global') return [install('yarn', readOptions(rest.slice(1), shape))]
  return command === 'workspaces' && verb === 'info' ? [] : [opaque(`it runs a command in other packages than ${call.cwd ?? 'this'}`)]
}

function readFetched(name: string, command: string, rest: readonly Arg[]): readonly Effect[] {
  const options = readOptions(rest, { ...shape, stops: true })
  if (command === 'dlx' || command === 'x') return fetched(name, options.operands)
  const [first, ...args] = options.operands
  if (first?.text === undefined) return [opaque('which program it downloads is only known at run time')]
  const text = first.text.replace(/^(@[^/]+\/)?/, '$1create-')
  return fetched(name, [{ ...first, text, prefix: text }, ...args])
}

function readExec(name: string, rest: readonly Arg[]): readonly Effect[] {
  const options = readOptions(rest, { ...shape, values: 'cwp', stops: true })
  const line = valueOf(options, 'c', 'call')
  if (line !== undefined) return joinedScript([line])
  const [first, ...args] = options.operands
  if (first === undefined) return [opaque('it starts a shell')]
  const fetches: readonly Effect[] = has(options, 'p', 'package', 'y', 'yes') || /.@/.test(first.prefix) ? [act({ kind: 'package.install', manager: name, names: first.text === undefined ? [] : [first.text], outbound: 'unknown' })] : []
  return [...fetches, { type: 'run', words: [withoutVersion(first), ...args], where: { input: true } }]
}

/** @see npx(1): a program of `node_modules/.bin`, else one that is downloaded. */
function readNpx(manager: string, call: Call): readonly Effect[] {
  return manager === 'npm' ? readExec('npm', call.args) : fetched(manager, readOptions(call.args, { ...shape, stops: true }).operands)
}
