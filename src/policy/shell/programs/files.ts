import { type Arg, knownArg, restOf } from '../arg.ts'
import { act, type Call, type Effect, opaque, type ProgramReader } from '../call.ts'
import { absolute } from '../paths.ts'
import { has, type Options, type OptionShape, readOptions, valueOf, valuesOf } from './options.ts'

export const readsOf = (call: Call, args: readonly Arg[]): readonly Effect[] => pathsOf(call, args).map((path) => act({ kind: 'file.read', path, outbound: false }))
export const writesOf = (call: Call, args: readonly Arg[]): readonly Effect[] => pathsOf(call, args).map((path) => act({ kind: 'file.write', path, outbound: false }))
const deletesOf = (call: Call, args: readonly Arg[]): readonly Effect[] => pathsOf(call, args).map((path) => act({ kind: 'file.delete', path, outbound: false }))

const pathsOf = (call: Call, args: readonly Arg[]) => args.flatMap((arg) => {
  const path = arg.text === '-' ? undefined : call.path(arg)
  return path === undefined || path.startsWith('/dev/') ? [] : [path]
})

/** A program that reads the files it is given. */
const reader = (shape: OptionShape): ProgramReader => (call) => readsOf(call, readOptions(call.args, shape).operands)

const search = { values: 'efmABCdDgtTEMj', longValues: ['regexp', 'file', 'include', 'exclude', 'exclude-dir', 'max-count', 'after-context', 'before-context', 'context', 'glob', 'type', 'pre', 'color', 'colour', 'max-depth', 'iglob', 'type-not', 'sort', 'replace', 'label', 'binary-files'] }

/** The pattern comes first, unless an option gives it. */
const grep: ProgramReader = (call) => {
  const options = readOptions(call.args, search)
  const pre = valueOf(options, 'pre')
  const files = options.operands.slice(has(options, 'e', 'regexp', 'f', 'file', 'files') ? 0 : 1)
  return [...(pre === undefined ? [] : [opaque('it runs a program on each file')]), ...readsOf(call, [...files, ...(call.name === 'rg' ? [] : valuesOf(options, 'f', 'file'))])]
}

/** The last operand is the target, or the folder that takes the others. */
function copying(shape: OptionShape, { removes }: { readonly removes: boolean }): ProgramReader {
  return (call) => {
    const { sources, targets } = placesOf(call, readOptions(call.args, shape))
    return [...readsOf(call, sources), ...(removes ? deletesOf(call, sources) : []), ...targets]
  }
}

function placesOf(call: Call, options: Options): { readonly sources: readonly Arg[]; readonly targets: readonly Effect[] } {
  const folder = valueOf(options, 't', 'target-directory')
  const sources = folder === undefined ? options.operands.slice(0, -1) : options.operands
  const target = folder ?? options.operands.at(-1)
  if (target === undefined || sources.length === 0) return { sources: [], targets: [] }
  const into = folder !== undefined || sources.length > 1 || target.text?.endsWith('/') === true || target.text === '.' || target.text === '..'
  const paths = into ? sources.map((source) => inFolder(call, target, source)) : [call.path(target)]
  return { sources, targets: paths.map((path): Effect => (path === undefined ? opaque('it writes to a file that is only known at run time') : act({ kind: 'file.write', path, outbound: false }))) }
}

function inFolder(call: Call, folder: Arg, source: Arg): string | undefined {
  const path = call.path(folder)
  const name = (source.text ?? source.glob)?.split('/').findLast((part) => part !== '')
  return path === undefined || name === undefined ? path : absolute(name, path)
}

const removing = (shape: OptionShape = {}): ProgramReader => (call) => deletesOf(call, readOptions(call.args, shape).operands)
const writing = (shape: OptionShape = {}): ProgramReader => (call) => {
  const { operands } = readOptions(call.args, shape)
  return operands.flatMap((arg) => (arg.text === undefined && arg.glob === undefined ? [opaque('it writes to a file that is only known at run time')] : writesOf(call, [arg])))
}

/** With one operand the link gets its name here; a link is no copy, so nothing is read. */
const link: ProgramReader = (call) => {
  const options = readOptions(call.args, { values: 'tS', longValues: ['target-directory', 'suffix'] })
  const isSole = options.operands.length === 1 && !has(options, 't', 'target-directory')
  return placesOf(call, isSole ? { ...options, operands: [...options.operands, knownArg('.')] } : options).targets
}

/** `dd if=… of=…` */
const dd: ProgramReader = (call) => call.args.flatMap((arg) => {
  if (arg.prefix.startsWith('if=')) return readsOf(call, [restOf(arg, 3)])
  if (!arg.prefix.startsWith('of=')) return []
  const value = restOf(arg, 3)
  return value.text === undefined ? [opaque('it writes to a file that is only known at run time')] : writesOf(call, [value])
})

const sort: ProgramReader = (call) => {
  const options = readOptions(call.args, { values: 'koStT', longValues: ['key', 'output', 'buffer-size', 'temporary-directory', 'field-separator', 'compress-program', 'files0-from', 'parallel', 'batch-size'] })
  return [...(has(options, 'compress-program') ? [opaque('it runs a program to compress')] : []), ...readsOf(call, options.operands), ...writesOf(call, valuesOf(options, 'o', 'output'))]
}

const split: ProgramReader = (call) => {
  const options = readOptions(call.args, { values: 'abCnlt', longValues: ['filter', 'suffix-length', 'bytes', 'lines', 'number', 'additional-suffix'] })
  const filter = valueOf(options, 'filter')
  const run: readonly Effect[] = filter === undefined ? [] : filter.text === undefined ? [opaque('it runs a line that is only known at run time')] : [{ type: 'script', text: filter.text }]
  return [...run, ...readsOf(call, options.operands.slice(0, 1))]
}

/** @see tar(1): the first word may be letters without a dash. */
const tar: ProgramReader = (call) => {
  const [first, ...rest] = call.args
  const args = first?.text !== undefined && /^[A-Za-z]+$/.test(first.text) ? [knownArg(`-${first.text}`), ...rest] : call.args
  const options = readOptions(args, { values: 'fCTXbIgHLKNVF', longValues: ['file', 'directory', 'files-from', 'exclude-from', 'exclude', 'use-compress-program', 'to-command', 'checkpoint-action', 'transform', 'strip-components', 'info-script', 'new-volume-script', 'rsh-command', 'rmt-command', 'format', 'mode', 'owner', 'group'], longFlags: ['extract', 'create', 'list', 'gzip', 'verbose'] })
  const runs = valuesOf(options, 'to-command', 'info-script', 'new-volume-script', 'F', 'rsh-command', 'I', 'use-compress-program').map((line): Effect => (line.text === undefined ? opaque('it runs a line that is only known at run time') : { type: 'script', text: line.text }))
  const actions = valuesOf(options, 'checkpoint-action').flatMap(({ text }): readonly Effect[] => (text?.startsWith('exec=') ? [{ type: 'script', text: text.slice(5) }] : text === undefined ? [opaque('it runs a line that is only known at run time')] : []))
  const archive = valuesOf(options, 'f', 'file')
  return [...runs, ...actions, ...(has(options, 'c', 'create', 'r', 'u') ? [...writesOf(call, archive), ...readsOf(call, [...options.operands, ...inFolders(options)])] : readsOf(call, archive))]
}

/** `-C FOLDER` holds for the files after it; which those are is not followed, so they may lie here or there. */
const inFolders = (options: Options): readonly Arg[] => valuesOf(options, 'C', 'directory').flatMap((folder) => options.operands.flatMap((file) => (folder.text === undefined || file.text === undefined || file.text.startsWith('/') ? [] : [knownArg(`${folder.text}/${file.text}`)])))

const zip: ProgramReader = (call) => {
  const options = readOptions(call.args, { values: 'bitxnPTT', longValues: ['unzip-command', 'out', 'password'] })
  return has(options, 'unzip-command', 'TT') ? [opaque('it runs a program to test')] : writesOf(call, options.operands.slice(0, 1))
}

const compress: ProgramReader = (call) => {
  const { operands, given } = readOptions(call.args, { values: 'STd0123456789o', longValues: ['suffix'] })
  return given.has('c') || given.has('stdout') || given.has('l') ? readsOf(call, operands) : [...readsOf(call, operands), ...deletesOf(call, given.has('k') || given.has('keep') || call.name === 'zstd' ? [] : operands)]
}

const tail = reader({ values: 'ncs', longValues: ['lines', 'bytes', 'pid', 'sleep-interval'] })
const jq: ProgramReader = (call) => {
  const options = readOptions(call.args, { values: 'fL', longValues: ['from-file', 'indent', 'tab', 'arg', 'argjson', 'slurpfile', 'rawfile'] })
  return readsOf(call, options.operands.slice(has(options, 'f', 'from-file') ? 0 : 1))
}

export const fileReaders: readonly (readonly [string, ProgramReader])[] = [
  ...['cat', 'tac', 'nl', 'rev', 'more', 'wc', 'md5sum', 'sha1sum', 'sha256sum', 'sha512sum', 'shasum', 'b2sum', 'cksum', 'sum', 'file', 'strings', 'xxd', 'od', 'hexdump', 'base64', 'base32', 'bat', 'batcat', 'zcat', 'bzcat', 'xzcat', 'zless', 'stat', 'readelf', 'objdump', 'cmp', 'diff', 'comm', 'uniq', 'paste', 'column', 'expand', 'unexpand', 'fold', 'fmt', 'pr', 'look', 'join', 'tsort', 'view', 'source-highlight', 'glow', 'mdcat', 'tokei', 'cloc', 'openssl'].map((name) => [name, reader({ values: name === 'xxd' ? 'lsco' : name === 'od' ? 'jNtAw' : name === 'diff' ? 'ULWIx' : name === 'base64' ? 'w' : name === 'stat' ? 'c' : 'wIs' })] as const),
  ['head', tail], ['tail', tail], ['less', reader({ values: 'pPoOkxyzjhbtT' })], ['cut', reader({ values: 'bcdf', longValues: ['bytes', 'characters', 'delimiter', 'fields', 'output-delimiter'] })],
  ['grep', grep], ['egrep', grep], ['fgrep', grep], ['zgrep', grep], ['rg', grep], ['ag', grep], ['ack', grep],
  ['jq', jq], ['yq', jq],
  ['tee', writing({})], ['touch', writing({ values: 'rtd', longValues: ['reference', 'date', 'time'] })], ['truncate', writing({ values: 'sr', longValues: ['size', 'reference'] })],
  ['cp', copying({ values: 'tS', longValues: ['target-directory', 'suffix'] }, { removes: false })], ['install', copying({ values: 'gmotS', longValues: ['group', 'mode', 'owner', 'target-directory', 'suffix', 'strip-program'] }, { removes: false })],
  ['mv', copying({ values: 'tS', longValues: ['target-directory', 'suffix'] }, { removes: true })],
  ['rm', removing()], ['unlink', removing()], ['rmdir', removing()], ['shred', removing({ values: 'ns', longValues: ['iterations', 'size', 'random-source'] })],
  ['ln', link], ['dd', dd], ['sort', sort], ['split', split], ['tar', tar], ['gtar', tar], ['bsdtar', tar], ['zip', zip], ['gzip', compress], ['gunzip', compress], ['bzip2', compress], ['bunzip2', compress], ['xz', compress], ['unxz', compress], ['zstd', compress],
]
