import { type Arg, textsOf } from '../arg.ts'
import { act, type Effect, opaque, type ProgramReader } from '../call.ts'
import { has, type Options, readOptions, valueOf, valuesOf } from '../programs/options.ts'
import { joinedScript } from '../programs/wrappers.ts'

interface Manager {
  /** The short name that rules use, when it is not the program's. */
  readonly manager?: string
  /** Sub-commands, of one or two words. */
  readonly install?: readonly string[]
  readonly publish?: readonly string[]
  /** The rest is a program with its arguments. */
  readonly runs?: readonly string[]
  /** What stands before `--` then is no part of that program. */
  readonly marked?: true
  /** Options of `runs` with a line for a shell. */
  readonly line?: readonly string[]
  readonly values?: string
  readonly longValues?: readonly string[]
  /** Installs when nothing is said. */
  readonly bare?: true
  /** Runs a downloaded program: the first operand. */
  readonly fetches?: readonly string[]
}

const pip: Manager = { manager: 'pip', install: ['install', 'download', 'wheel'], values: 'rcietdfbC', longValues: ['requirement', 'constraint', 'index-url', 'extra-index-url', 'find-links', 'target', 'prefix', 'root', 'editable', 'platform', 'python-version', 'proxy', 'timeout', 'upgrade-strategy', 'progress-bar', 'cache-dir', 'log', 'python', 'config-settings', 'no-binary', 'only-binary', 'trusted-host'] }
const apt: Manager = { install: ['install', 'reinstall', 'build-dep', 'upgrade', 'dist-upgrade', 'full-upgrade', 'satisfy'], values: 'otca', longValues: ['option', 'target-release', 'config-file', 'default-release'] }
const dnf: Manager = { install: ['install', 'reinstall', 'update', 'upgrade', 'groupinstall', 'localinstall', 'builddep', 'downgrade'], values: 'cx', longValues: ['enablerepo', 'disablerepo', 'exclude', 'releasever', 'installroot', 'setopt', 'repo'] }
const conda: Manager = { manager: 'conda', install: ['install', 'create', 'update', 'upgrade', 'env create', 'env update'], runs: ['run'], values: 'ncpf', longValues: ['name', 'channel', 'prefix', 'file', 'cwd', 'solver'] }
const uvValues = ['python', 'with', 'with-requirements', 'group', 'extra', 'index-url', 'extra-index-url', 'default-index', 'index', 'project', 'directory', 'package', 'env-file', 'only-group', 'from', 'requirement', 'constraint', 'editable', 'target', 'prefix', 'config-file', 'with-editable', 'find-links', 'cache-dir', 'token', 'requirements', 'link-mode', 'color', 'refresh-package', 'upgrade-package', 'reinstall-package', 'no-binary-package', 'no-build-package', 'no-extra', 'no-group', 'allow-insecure-host', 'exclude-newer', 'resolution', 'prerelease', 'index-strategy', 'keyring-provider', 'config-setting', 'python-platform', 'fork-strategy']

const table: Readonly<Record<string, Manager>> = {
  pip, pip3: pip, pipx: { install: ['install', 'upgrade', 'inject', 'reinstall'], fetches: ['run'], values: 'ip', longValues: ['index-url', 'python', 'spec', 'pip-args', 'suffix'] },
  uv: { install: ['add', 'sync', 'pip install', 'pip sync', 'tool install', 'tool upgrade', 'python install'], publish: ['publish'], runs: ['run'], fetches: ['tool run'], values: 'piercC', longValues: uvValues },
  uvx: { manager: 'uv', fetches: [''], values: 'piercC', longValues: uvValues },
  poetry: { install: ['add', 'install', 'update', 'sync', 'self add'], publish: ['publish'], runs: ['run'], values: 'GECPrups', longValues: ['group', 'extras', 'directory', 'project', 'source', 'with', 'without', 'only', 'repository', 'username', 'password'] },
  pdm: { install: ['add', 'install', 'update', 'sync'], publish: ['publish'], runs: ['run'], values: 'Gp', longValues: ['group', 'project'] },
  pipenv: { install: ['install', 'sync', 'update', 'upgrade'], runs: ['run'], values: 'r', longValues: ['requirements', 'python', 'categories'] },
  hatch: { publish: ['publish'], runs: ['run'], values: 'ep', longValues: ['env', 'project'] }, flit: { publish: ['publish'], install: ['install'] }, rye: { install: ['add', 'sync', 'install'], publish: ['publish'], runs: ['run'] },
  twine: { publish: ['upload'], values: 'riupcs', longValues: ['repository', 'repository-url', 'username', 'password', 'comment', 'config-file'] },
  conda, mamba: conda, micromamba: conda,
  cargo: { install: ['install', 'add', 'binstall'], publish: ['publish', 'yank', 'owner'], values: 'FpjZ', longValues: ['features', 'package', 'version', 'git', 'branch', 'tag', 'rev', 'path', 'root', 'registry', 'index', 'jobs', 'profile', 'target', 'target-dir', 'bin', 'example', 'config', 'color', 'manifest-path', 'token', 'rename'] },
  go: { install: ['get', 'install'], values: 'pCo', longValues: [] },
  gem: { install: ['install', 'update'], publish: ['push', 'yank'], values: 'viPntk', longValues: ['version', 'install-dir', 'bindir', 'source', 'key', 'host', 'otp'] },
  bundle: { install: ['install', 'add', 'update', 'i'], runs: ['exec', 'e'], bare: true, values: 'jvgs', longValues: ['jobs', 'gemfile', 'path', 'version', 'group', 'source', 'retry', 'without', 'with'] },
  composer: { install: ['require', 'install', 'update', 'upgrade', 'create-project', 'global require'], runs: ['exec'], values: 'd', longValues: ['working-dir'] },
  apt, 'apt-get': apt, aptitude: apt, dnf, yum: dnf, microdnf: dnf, zypper: { install: ['install', 'in', 'update', 'up', 'dup', 'patch'] },
  apk: { install: ['add', 'upgrade'], values: 'tXp', longValues: ['virtual', 'repository', 'root'] },
  brew: { install: ['install', 'reinstall', 'upgrade', 'tap', 'bundle'], }, port: { install: ['install', 'upgrade'] }, snap: { install: ['install', 'refresh'] }, flatpak: { install: ['install', 'update'] },
  nix: { install: ['profile install', 'profile add'] }, luarocks: { install: ['install', 'make'], publish: ['upload'] }, opam: { install: ['install', 'upgrade', 'switch create'], runs: ['exec'], marked: true, longValues: ['switch', 'root'] },
  cabal: { install: ['install'], publish: ['upload'] }, stack: { install: ['install'], publish: ['upload'], runs: ['exec'] }, mix: { install: ['deps.get', 'archive.install'], publish: ['hex.publish'] },
  dotnet: { install: ['add package', 'tool install', 'restore', 'workload install'], publish: ['nuget push'], values: 'spk', longValues: ['version', 'source', 'api-key', 'tool-path'] }, nuget: { install: ['install', 'restore'], publish: ['push'] },
  pod: { install: ['install', 'update'], publish: ['trunk push'] }, dart: { install: ['pub get', 'pub add', 'pub upgrade', 'pub global activate'], publish: ['pub publish', 'pub lish'] }, flutter: { install: ['pub get', 'pub add', 'pub upgrade'], publish: ['pub publish'] },
  mvn: { publish: ['deploy', 'release:perform', 'deploy:deploy-file'] }, vsce: { publish: ['publish'] }, ovsx: { publish: ['publish'] }, lerna: { publish: ['publish'] }, changeset: { publish: ['publish'] }, nx: { publish: ['release'] },
  'semantic-release': { publish: [''] }, np: { publish: [''] }, 'release-it': { publish: [''] }, deno: { install: ['install', 'add'], publish: ['publish'] }, jsr: { publish: ['publish'], install: ['add'] },
  cpan: { install: [''] }, cpanm: { install: [''] }, easy_install: { install: [''] }, rustup: { install: ['component add', 'target add', 'toolchain install', 'update', 'install'], fetches: [] }, mise: { install: ['install', 'use'], runs: ['exec', 'x'], marked: true, line: ['c', 'command'], values: 'cCj', longValues: ['command', 'cd', 'jobs'] }, asdf: { install: ['install'], runs: ['exec'] },
}

/** Readers of package managers that share one shape: `PROGRAM [options] SUB-COMMAND [options] NAMES`. */
export const managers: readonly (readonly [string, ProgramReader])[] = Object.entries(table).map(([name, manager]) => [name, (call) => readManager(manager.manager ?? name, manager, call.args)])

/** `python -m pip`. */
export const readPip = (args: readonly Arg[]): readonly Effect[] => readManager('pip', pip, args)

function readManager(manager: string, shape: Manager, args: readonly Arg[]): readonly Effect[] {
  const { operands } = readOptions(args, { ...shape, stops: true })
  const [first, ...rest] = operands
  if (first === undefined && !shape.publish?.includes('')) return shape.bare ? [act({ kind: 'package.install', manager, names: [], outbound: 'unknown' })] : []
  if (shape.fetches?.includes('')) return fetched(manager, operands)
  if (shape.install?.includes('')) return [install(manager, readOptions(args, shape))]
  if (shape.publish?.includes('')) return args.some(({ text }) => text === '--dry-run' || text === '-d') ? [] : [act({ kind: 'package.publish', manager, outbound: true })]
  if (first === undefined) return []
  if (first.text === undefined) return [opaque(`which of ${manager}'s commands it is, is only known at run time`)]
  const inner = readOptions(rest, { ...shape, stops: true }).operands
  const pair = `${first.text} ${inner[0]?.text ?? ''}`
  const isPair = [...(shape.install ?? []), ...(shape.publish ?? []), ...(shape.fetches ?? [])].includes(pair)
  const sub = isPair ? pair : first.text
  const after = isPair ? inner.slice(1) : rest
  if (shape.runs?.includes(sub)) return runs(after, shape)
  if (shape.fetches?.includes(sub)) return fetched(manager, readOptions(after, { ...shape, stops: true }).operands)
  if (shape.publish?.includes(sub)) return isTrial(after) ? [] : [act({ kind: 'package.publish', manager, outbound: true })]
  if (!shape.install?.includes(sub)) return []
  const options = readOptions(after, shape)
  // `go install ./...` and the like build what is here.
  if (manager === 'go' && options.operands.length > 0 && options.operands.every(({ prefix }) => /^\.{1,2}(?:\/|$)/.test(prefix))) return []
  return [install(manager, options)]
}

const isTrial = (args: readonly Arg[]) => args.some(({ text }) => text === '--dry-run') && !args.some(({ text }) => text === undefined)

/** Names that are known; what is only known at run time is not named. */
export function install(manager: string, options: Options): Effect {
  const names = options.operands.flatMap(({ text }) => (text === undefined ? [] : [text]))
  const links = manager === 'pip' || manager === 'uv' ? textsOf(valuesOf(options, 'e', 'editable')) ?? [] : []
  return act({ kind: 'package.install', manager, names: [...names, ...links], ...(has(options, 'ignore-scripts') ? { scripts: false } : {}), outbound: 'unknown' })
}

function runs(args: readonly Arg[], shape: Manager): readonly Effect[] {
  const options = readOptions(args, { ...shape, stops: true })
  const line = valueOf(options, ...shape.line ?? [])
  if (line !== undefined) return joinedScript([line])
  const mark = shape.marked === true ? args.findIndex(({ text }) => text === '--') : -1
  const operands = mark === -1 ? options.operands : args.slice(mark + 1)
  return operands.length === 0 ? [] : [{ type: 'run', words: operands, where: { input: true } }]
}

/** A program that is downloaded and run: `NAME` or `NAME@VERSION`. */
export function fetched(manager: string, operands: readonly Arg[]): readonly Effect[] {
  const [first, ...args] = operands
  if (first === undefined) return []
  const names = first.text === undefined ? [] : [first.text]
  return [act({ kind: 'package.install', manager, names, outbound: 'unknown' }), { type: 'run', words: [withoutVersion(first), ...args], where: { input: true } }]
}

/** `tool@1.2` starts `tool`; `@scope/tool@1.2` starts `tool`. */
export function withoutVersion(word: Arg): Arg {
  if (word.text === undefined || /^[./]/.test(word.text)) return word
  const name = word.text.replace(/(?<=.)@[^/]*$/, '').replace(/^@[^/]*\//, '')
  return { ...word, text: name, prefix: name }
}
