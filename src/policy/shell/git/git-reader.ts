import { parse } from 'unbash'
import { type Arg, knownArg } from '../arg.ts'
import { act, type Call, type Effect, opaque, type ProgramReader } from '../call.ts'
import { type GitConfiguration, gitConfiguration, lastValue, runsWhat } from './git-configuration.ts'
import { commitCommands, hiddenCommands, localCommands, otherCommands } from './git-commands.ts'
import { type GitGlobals, readGlobals } from './git-globals.ts'
import { readNetwork } from './git-network.ts'
import { readPush } from './git-push.ts'
import { readOptions } from '../programs/options.ts'
import { readRunners } from './git-runners.ts'

/** `git`, and `git-push` and the like by their own names. */
export const git: ProgramReader = (call) => {
  const own = /^git-(?=.)/.test(call.name) ? { ...call, args: [knownArg(call.name.slice(4)), ...call.args] } : call
  const globals = readGlobals(own)
  const [command, ...args] = globals.rest
  const settings = [...globals.doubts.map(opaque), ...globals.configured.flatMap(([key, value]) => settingEffects(key, value))]
  if (command === undefined) return [...settings, { type: 'local' }]
  if (command.text === undefined) return [...settings, opaque("git's sub-command is only known at run time")]
  const isKnown = localCommands.has(command.text) || otherCommands.has(command.text)
  return [...settings, ...(isKnown ? readCommand(own, globals, command.text, args) : readAlias(own, globals, command.text, args))]
}

/** What a setting of the configuration makes git run. */
export function settingEffects(key: string, value: string | undefined): readonly Effect[] {
  if (key === 'unknown') return [opaque("git's configuration is only known at run time")]
  const runs = runsWhat(key, value)
  if (runs === undefined) return []
  return 'line' in runs ? [{ type: 'script', text: runs.line }] : [opaque(runs.doubt)]
}

/** The configuration in effect where git runs; asked for only when it matters. */
export function configurationOf(call: Call, { cwd, gitDir, workTree, configured }: GitGlobals): GitConfiguration {
  if (cwd === undefined) return gitConfiguration(undefined, configured)
  const key = ['git', cwd, ...(gitDir === undefined && workTree === undefined ? [] : [gitDir ?? '', workTree ?? ''])].join(':')
  const fact = call.know({ key, type: 'git', cwd, ...(gitDir === undefined ? {} : { gitDir }), ...(workTree === undefined ? {} : { workTree }) })
  return gitConfiguration(fact, configured)
}

function readCommand(call: Call, globals: GitGlobals, command: string, args: readonly Arg[]): readonly Effect[] {
  const effects: Effect[] = localCommands.has(command) ? [{ type: 'local' }] : []
  if (hiddenCommands.has(command)) effects.push(opaque(`git ${command} starts other programs`))
  const stops = commitCommands[command]
  if (stops !== undefined && !args.some(({ text }) => text !== undefined && stops.test(text))) effects.push(act({ kind: 'git.commit', outbound: false, ...(command === 'commit' ? messageOf(args) : {}) }))
  effects.push(...readRunners(call, command, args, settingEffects))
  const [first, second] = args
  const pushes = command === 'push' || command === 'send-pack' || command === 'http-push'
  if (pushes) effects.push(...readPush(args, configurationOf(call, globals), globals.cwd))
  else if ((command === 'lfs' || command === 'subtree') && readOptions(args, { values: 'P', longValues: ['prefix'] }).operands[0]?.text === 'push') effects.push(...readPush(pushTarget(command, args), configurationOf(call, globals), globals.cwd))
  else if ((command === 'svn' && (first?.text === 'dcommit' || first?.text === 'set-tree' || first?.text === undefined)) || (command === 'p4' && first?.text === 'submit')) effects.push(act({ kind: 'git.push', outbound: true }))
  else if (first !== undefined && first.text === undefined && ['lfs', 'subtree', 'submodule', 'stash', 'remote', 'bisect', 'p4'].includes(command)) effects.push(opaque(`what git ${command} does is only known at run time`))
  else effects.push(...readNetwork(call, globals, command, [first, second, ...args.slice(2)].filter((arg) => arg !== undefined), () => configurationOf(call, globals)))
  return effects
}

/** `lfs push REMOTE REF…` and `subtree push -P DIR REPOSITORY REF` as the arguments of a push. */
function pushTarget(command: string, args: readonly Arg[]): readonly Arg[] {
  const after = args.slice(args.findIndex(({ text }) => text === 'push') + 1)
  if (command === 'lfs') return after.filter(({ text }) => text !== '--all' && text !== '--object-id')
  return after.filter((arg, index) => !/^(?:-P|--prefix)$/.test(after[index - 1]?.text ?? '') && !/^(?:-P|--prefix)/.test(arg.prefix))
}

/** `-m TEXT`, also bundled as in `-am`. */
function messageOf(args: readonly Arg[]): { readonly message?: string } {
  for (const [index, { text, prefix }] of args.entries()) {
    const [, joined] = /^--message=([\s\S]*)$/.exec(text ?? '') ?? /^-[aqsvnpe]*m([\s\S]+)$/.exec(text ?? '') ?? []
    const message = joined ?? (/^(?:--message|-[aqsvnpe]*m)$/.test(prefix) ? args[index + 1]?.text : undefined)
    if (message !== undefined) return { message }
  }
  return {}
}

/** A sub-command that git does not have: an alias, or another program called `git-NAME`. */
function readAlias(call: Call, globals: GitGlobals, command: string, args: readonly Arg[]): readonly Effect[] {
  const configuration = configurationOf(call, globals)
  const alias = lastValue(configuration, `alias.${command}`) ?? lastValue(configuration, `alias.${command}.command`)
  if (alias === undefined) {
    if (!configuration.complete) return [opaque(`git ${command} may be an alias`)]
    return lastValue(configuration, 'help.autocorrect') === undefined ? [] : [opaque(`git may take ${command} for another sub-command`)]
  }
  const text = alias.value?.trim()
  if (text === undefined) return [opaque(`the alias ${command} is only known at run time`)]
  if (text.startsWith('!')) {
    // Git runs it in the work tree's top folder; a plain git command sees the same repository from there.
    const plain = /^!\s*git [^;&|<>$`()]*$/.test(text)
    return [{ type: 'script', text: `${text.slice(1)} "$@"`, positional: args, where: { input: true, ...(plain ? {} : { cwd: { path: undefined } }) } }]
  }
  const words = wordsOf(text)
  return words === undefined ? [opaque(`the alias ${command} is not understood`)] : [{ type: 'run', words: [knownArg('git'), ...globals.options, ...words, ...args], where: { input: true } }]
}

/** Words of an alias: split at blanks, quotes as in a shell, nothing else is special. */
function wordsOf(text: string): readonly Arg[] | undefined {
  if (!/["'\\]/.test(text)) return text.split(/\s+/).map((word) => knownArg(word))
  const { commands, errors } = parse(`: ${text}`)
  const command = commands[0]?.command
  if (errors?.length || commands.length !== 1 || command?.type !== 'Command' || /[$`;&|<>()#*?[\]{}~]/.test(text)) return undefined
  return command.suffix.flatMap((part) => (part.type === 'Word' ? [knownArg(part.value)] : []))
}
