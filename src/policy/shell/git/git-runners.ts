import { type Arg, textsOf } from '../arg.ts'
import { act, type Call, type Effect, opaque } from '../call.ts'
import { has, readOptions, valueOf, valuesOf } from '../programs/options.ts'

type SettingEffects = (key: string, value: string | undefined) => readonly Effect[]

/** Programs that git's sub-commands start because an argument says so, and files that they write. */
export function readRunners(call: Call, command: string, args: readonly Arg[], settingEffects: SettingEffects): readonly Effect[] {
  switch (command) {
    case 'bisect': return args[0]?.text === 'run' ? [{ type: 'run', words: args.slice(1) }] : []
    case 'submodule': return readForeach(args)
    case 'rebase': return valuesOf(readOptions(args, { values: 'xsX', longValues: ['exec', 'onto', 'strategy', 'strategy-option'] }), 'x', 'exec').map(scriptOf)
    case 'filter-branch': return readFilters(args)
    case 'difftool': return valuesOf(readOptions(args, { values: 'txO', longValues: ['extcmd', 'tool'] }), 'x', 'extcmd').map(scriptOf)
    case 'grep': return valuesOf(readOptions(args, { values: 'efABCm', attached: 'O', longValues: [] }), 'O', 'open-files-in-pager').map(scriptOf)
    case 'clone': case 'fetch': case 'pull': case 'ls-remote': case 'fetch-pack': case 'archive': return readTransport(args, settingEffects)
    case 'init': return valuesOf(readOptions(args, { values: 'b', longValues: ['template', 'separate-git-dir', 'initial-branch', 'object-format'] }), 'template').map(() => opaque('git copies hooks from a template'))
    case 'config': return readConfig(args, settingEffects)
    case 'format-patch': case 'bundle': case 'fast-export': return []
    case 'diff': case 'log': case 'show': return outputOf(call, args)
    default: return []
  }
}

const scriptOf = (arg: Arg): Effect => (arg.text === undefined ? opaque('it runs a line that is only known at run time') : { type: 'script', text: arg.text })

function readForeach(args: readonly Arg[]): readonly Effect[] {
  const at = args.findIndex(({ text }) => text === 'foreach')
  if (at === -1) return []
  const rest = args.slice(at + 1).filter(({ text }) => text !== '--recursive' && text !== '--quiet' && text !== '-q' && text !== '--')
  const texts = textsOf(rest)
  return texts === undefined ? [opaque('it runs a line that is only known at run time')] : [{ type: 'script', text: texts.join(' '), where: { cwd: { path: undefined } } }]
}

function readFilters(args: readonly Arg[]): readonly Effect[] {
  const names = ['setup', 'env-filter', 'tree-filter', 'index-filter', 'parent-filter', 'msg-filter', 'commit-filter', 'tag-name-filter']
  return valuesOf(readOptions(args, { values: 'd', longValues: [...names, 'subdirectory-filter', 'state-branch', 'original'] }), ...names).map(scriptOf)
}

function readTransport(args: readonly Arg[], settingEffects: SettingEffects): readonly Effect[] {
  const options = readOptions(args, { values: 'ubojc', longValues: ['upload-pack', 'exec', 'config', 'branch', 'origin', 'depth', 'jobs', 'template', 'reference', 'filter', 'separate-git-dir', 'remote', 'format', 'output', 'prefix'] })
  const settings = valuesOf(options, 'c', 'config').flatMap(({ text }) => (text === undefined ? settingEffects('unknown', undefined) : settingEffects(text.split('=')[0] ?? text, text.includes('=') ? text.slice(text.indexOf('=') + 1) : 'true')))
  const templates = has(options, 'template') && valueOf(options, 'template')?.text !== '' ? [opaque('git copies hooks from a template')] : []
  return [...settings, ...templates, ...valuesOf(options, 'upload-pack', 'exec').map(scriptOf), ...options.operands.flatMap(({ prefix }) => (prefix.startsWith('ext::') ? [opaque('the address runs a program')] : []))]
}

/** `git config NAME VALUE` stores something that git may run later; it is read as if it ran now. */
function readConfig(args: readonly Arg[], settingEffects: SettingEffects): readonly Effect[] {
  const options = readOptions(args, { values: 'ft', longValues: ['file', 'blob', 'type', 'default', 'comment', 'value', 'url'] })
  const [first, ...others] = options.operands
  const [name, value] = /^(?:set|get|unset|list|edit)$/.test(first?.text ?? '') ? others : [first, others[0]]
  if (name === undefined || value === undefined || first?.text === 'get' || first?.text === 'unset' || [...options.given.keys()].some((option) => /^(?:get|unset|list|l$|e$|edit|remove)/.test(option))) return []
  if (name.text === undefined) return [opaque('which setting it changes is only known at run time')]
  if (/^alias\./i.test(name.text)) {
    if (value.text === undefined) return [opaque('it defines an alias that is only known at run time')]
    return [{ type: 'script', text: value.text.startsWith('!') ? value.text.slice(1) : `git ${value.text}` }]
  }
  return settingEffects(name.text, value.text)
}

/** `--output=FILE` of the commands that print differences. */
function outputOf(call: Call, args: readonly Arg[]): readonly Effect[] {
  const file = valueOf(readOptions(args, { values: 'nSGUL', longValues: ['output'] }), 'output')
  if (file === undefined) return []
  const path = call.path(file)
  return [path === undefined ? opaque('it writes to a file that is only known at run time') : act({ kind: 'file.write', path, outbound: false })]
}
