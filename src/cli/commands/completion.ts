import { Command } from 'commander'
import { AppError } from '../../spec/app-error.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'
import { declareCommands } from '../declare-commands.ts'

/** Completion made from the command table itself, so it never lags behind. */
export async function run(context: CommandContext, [shell = '']: readonly string[]): Promise<ExitCode> {
  const program = new Command('omni')
  declareCommands(program, context, () => undefined)
  const words = new Map<string, string[]>()
  collect(program, 'omni', words)
  const write = writers[shell]
  if (write === undefined) throw new AppError('invalid', `There is no completion for "${shell}". Choose one of: ${Object.keys(writers).join(', ')}`)
  context.print(write(words))
  return exitCode.ok
}

function collect(command: Command, path: string, words: Map<string, string[]>): void {
  words.set(path, [...command.commands.map((each) => each.name()), ...command.options.map((option) => option.long ?? ''), '--help'].filter((word) => word !== ''))
  for (const each of command.commands) collect(each, `${path} ${each.name()}`, words)
}

const writers: Readonly<Record<string, (words: ReadonlyMap<string, readonly string[]>) => string>> = {
  bash: (words) => `_omni() {
  local path="omni" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do case "$word" in -*) ;; *) path="$path $word" ;; esac; done
  while :; do case "$path" in
${[...words].map(([path, next]) => `    "${path}") COMPREPLY=( $(compgen -W "${next.join(' ')}" -- "\${COMP_WORDS[COMP_CWORD]}") ); return ;;`).join('\n')}
    *" "*) path="\${path% *}" ;;
    *) return ;;
  esac; done
}
complete -o default -F _omni omni omnigent
`,
  zsh: (words) => `#compdef omni omnigent
autoload -U +X bashcompinit && bashcompinit
${writers['bash']?.(words) ?? ''}`,
  fish: (words) => [...words].flatMap(([path, next]) => {
    const parts = path.split(' ').slice(1)
    const condition = parts.length === 0 ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${parts.at(-1) ?? ''}`
    return next.map((word) => word.startsWith('--') ? `complete -c omni -n '${condition}' -l ${word.slice(2)}` : `complete -c omni -f -n '${condition}' -a ${word}`)
  }).join('\n').concat('\n'),
}
