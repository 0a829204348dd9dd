import { quoted } from '../../src/policy/shell/arg.ts'

export interface GeneratedScript {
  readonly text: string
  /** Scripts that it may run, by path relative to its folder. */
  readonly files: Readonly<Record<string, string>>
}

/** Programs that only write down how they were called; they fail when an argument is `fail`. */
export const stubs = ['git', 'curl', 'tool', 'probe', 'build', 'grep', 'rm'] as const
/** Programs that are what they are. */
export const realPrograms = ['bash', 'sh', 'cat', 'env', 'xargs', 'timeout', 'nice', 'nohup', 'setsid', 'stdbuf', 'find', 'true', 'false'] as const

const texts = ['push', 'origin', 'status', 'a b', '', '*', '-x', '--flag=1', '$', 'fail', "it's", '"', '\\', 'x;y', 'é', '~', '#', 'a=b', '{}', '{a,b}', 'git', 'tool'] as const
const variables = ['a', 'b', 'c'] as const

/** A random shell script that ends by itself, whose commands are `stubs`. */
export function generateScript(random: () => number): GeneratedScript {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] ?? (items[0] as T) // the lists are not empty
  const chance = (part: number) => random() < part
  const times = <T>(most: number, make: () => T): T[] => Array.from({ length: 1 + Math.floor(random() * most) }, make)
  const files: Record<string, string> = {}
  let functions: string[] = []
  let inLoop = false
  let inFunction = false

  const literal = (text: string): string => pick([quoted, (word: string) => (/["$\\`]/.test(word) ? quoted(word) : `"${word}"`), ansi, escaped])(text)
  const escaped = (text: string) => (text === '' ? '""' : text.replaceAll(/[^\w./=@:,+-]/g, (char) => `\\${char}`))
  const ansi = (text: string) => `$'${text.replaceAll(/[\\']/g, (char) => `\\${char}`).replaceAll('p', '\\x70')}'`
  const word = (depth: number): string => {
    const kind = random()
    if (kind < 0.35) return literal(pick(texts))
    if (kind < 0.6) return `"$${pick(variables)}"`
    if (depth <= 0) return literal(pick(texts))
    if (kind < 0.68) return `$${pick(variables)}`
    if (kind < 0.72) return pick(['"$1"', '"$@"', '$2', '"$*"', '$#', '"${@:2}"'])
    if (kind < 0.76) return `"\${${pick(variables)}${pick([':-', '-', ':+', '+'])}${pick(['push', 'main'])}}"`
    if (kind < 0.8) return `"$(${chance(0.5) ? `echo ${literal(pick(['push', 'x y']))}` : simple(depth - 1)})"`
    if (kind < 0.83) return pick(['{push,pull}', 'x{1..3}', 'pre{a,b}post', '*.none', '~/x', '$((1 + 2))', '$((c = 4))', '`echo back`'])
    if (kind < 0.86) return `<(${simple(depth - 1)})`
    return `${literal(pick(texts))}${literal(pick(texts))}`
  }
  const name = (): string => {
    const stub = pick(stubs)
    if (chance(0.025)) return pick(['$a', '"$b"', '${c}'])
    return chance(0.2) ? literal(stub) : stub
  }
  // Which command of git it is must mostly be known, or every second script is doubted.
  const start = (): string => ((called) => (/git/.test(called) && chance(0.9) ? `${called} ${pick(['status', '"log"', 'push'])}` : called))(name())
  const simple = (depth: number): string => `${start()} ${times(3, () => word(depth)).join(' ')}${chance(0.1) ? pick([' > out', ' 2>&1', ' >> log 2>/dev/null', ' < /dev/null', ' <<< "$a"']) : ''}`
  const assignment = (depth: number): string => `${pick(variables)}${chance(0.1) ? '+' : ''}=${chance(0.5) ? pick(['git', 'tool', 'push', 'grep']) : word(Math.min(depth, 1)).replace(/^<\(.*$/s, 'x')}`
  const wrapped = (depth: number): string => `${pick(['env', 'env a=git', 'env -i PATH="$PATH" b=x', 'timeout 5', 'nice -n 5', 'nohup', 'command', 'env -S "tool x"', 'stdbuf -o0', 'setsid -w', 'timeout -k 1 5', 'xargs -r', 'exec', 'env -u a --', 'env timeout 5 nice'])} ${chance(0.5) ? pick(stubs) : `bash -c ${quoted(body(depth - 1))}`} ${literal(pick(texts))} ${literal(pick(texts))}`
  const nested = <T>(change: { readonly loop?: boolean; readonly function?: boolean }, make: () => T): T => {
    const [loop, fn, known] = [inLoop, inFunction, functions]
    inLoop = change.loop ?? inLoop
    inFunction = change.function ?? inFunction
    functions = [...functions]
    const made = make()
    ;[inLoop, inFunction, functions] = [loop, fn, known]
    return made
  }
  const body = (depth: number): string => nested({ loop: false, function: false }, () => statements(depth))
  // A here-document ends its line, so what follows starts on the next.
  const block = (depth: number): string => `${times(2, () => statement(depth)).join('\n')}\n`

  const definition = (depth: number): string => {
    const called = pick(['f', 'g', 'h'])
    // The body knows only functions defined before, so that no call comes back.
    const text = nested({ function: true, loop: false }, () => {
      functions = functions.filter((other) => other < called)
      return `${called}() { ${chance(0.3) ? `local ${pick(variables)}=${pick(['tool', 'build'])}; ` : ''}${block(depth - 1)}}`
    })
    functions = [...functions.filter((other) => other < called), called]
    return text
  }
  const script = (depth: number): string => {
    const path = `s${Object.keys(files).length}.sh`
    // Holds the name while the text is made, which may need names of its own.
    files[path] = ''
    files[path] = `#!/bin/bash\n${body(depth - 1)}\n`
    return `${pick([`./${path}`, `bash ${path}`, `. ./${path}`, `source ${path}`, `sh -e ${path}`])} ${literal(pick(texts))} ${literal(pick(texts))}`
  }
  const compound = (depth: number): string => {
    const inner = () => block(depth - 1)
    const loop = () => nested({ loop: true }, inner)
    const makers: readonly (() => string)[] = [
      () => `( ${inner()})`, () => `{ ${inner()}}`, () => `if ${simple(0)}; then ${inner()}${chance(0.5) ? `else ${inner()}` : ''}fi`, () => `if ${simple(0)}; then ${inner()}elif ${simple(0)}; then ${inner()}fi`,
      () => `for ${pick(variables)} in ${times(3, () => word(1)).join(' ')}; do ${loop()}done`, () => `for ${pick(variables)} in git tool; do $${pick(variables)} ${word(0)} || true; ${loop()}done`.replace(/do \$\w/, (head) => (chance(0.2) ? head : 'do tool')),
      () => `n=0; while [ $n -lt 2 ]; do n=$((n + 1)); ${loop()}done`, () => `until true; do ${loop()}done`, () => `case ${word(1).replace(/^<\(.*$/s, 'x')} in push) ${inner()} ${pick([';;', ';&', ';;&'])} ${pick(['*', 'a|b', '"$a"'])}) ${inner()} ;; esac`,
      () => `bash -c ${quoted(body(depth - 1))} zero ${word(1)} ${literal(pick(texts))}`, () => `sh -ec ${quoted(body(depth - 1))}`, () => `eval ${quoted(inner())}`, () => `bash <<'END_${depth}'\n${body(depth - 1)}\nEND_${depth}\n`, () => `echo ${quoted(`${pick(stubs)} ${quoted(pick(texts).replaceAll('\\', ''))}`)} | bash`, () => `printf '%s\\n' ${quoted(`${pick(stubs)} piped`)} | sh`,
      () => `echo ${pick(['push', 'a b', 'main'])} | xargs ${pick(stubs)} ${literal(pick(texts))}`, () => `find . -maxdepth 0 -exec ${pick(stubs)} {} ${literal(pick(texts))} \\;`, () => `${simple(1)} | ${simple(1)}`, () => `${simple(depth - 1)} && ${inner()}`, () => `${simple(depth - 1)} || ${inner()}`, () => `${pick(['true', 'tool fail', '{ probe; }', '(exit 1)'])} && ${simple(1)} || ${simple(1)}`, () => `${simple(1)} & wait`,
      () => definition(depth), () => `export ${pick(variables)}=${pick(['git', 'tool'])}; bash -c ${quoted(`tool "$${pick(variables)}"`)}`, () => `set -- ${times(3, () => word(1)).join(' ')}`, () => 'shift', () => `trap ${quoted(simple(0))} EXIT`, () => `read ${pick(variables)} <<< ${literal('x y')}`, () => `unset ${pick(variables)}`, () => `cat <<E\n$(${simple(0)})\nE\n`, () => `coproc ${simple(0)}`, () => `[[ -n "$(${simple(0)})" ]]`, () => `IFS=${literal(pick([',', ' ', 'u']))}`, () => `printf -v ${pick(variables)} ${pick(['git', 'x'])}`, () => `z() { tool z "$@"; }; export -f z; bash -c ${quoted('z x')}`, () => 'cd . && tool here', () => `{ ${inner()}} > out`, () => `${pick(variables)}=git bash -c ${quoted('tool $a $b')}`, () => script(depth), () => wrapped(depth),
    ]
    return pick(makers)()
  }
  const plain = () => `${pick(variables)}=${pick(['one', 'two', '"a b"', '" x "', '"$a"', '$b-', '*'])}`
  const condition = () => pick(['tool fail', 'probe', 'true', 'false', '[ 1 = 2 ]', '! probe'])
  /** What changes a variable on one path only, for the words that name it later. */
  const sometimes = () => pick([
    () => `${condition()} && ${plain()}`, () => `${condition()} || ${plain()}`, () => `( ${plain()} )`, () => `${plain()} | cat`, () => `${plain()} & wait`, () => `if ${condition()}; then ${plain()}; fi`, () => `if ${condition()}; then ${plain()}; else ${plain()}; fi`, () => `while ${condition()}; do ${plain()}; break; done`, () => `for x in 1 2; do ${condition()} && break; ${plain()}; done`,
    () => `for ${pick(variables)} in p q; do ${condition()} && continue; probe "$a"; ${plain()}; done`, () => `case $${pick(variables)} in one|two) ${plain()} ;; *) ${plain()} ;; esac`, () => `${pick(variables)}+=x`, () => `${plain()} true`, () => `${plain()} eval 'tool "$a"'`, () => `: "\${${pick(variables)}:=set}"`, () => `eval ${quoted(plain())}`, () => `bash -c ${quoted(plain())}`, () => `cat <(${plain()})`, () => `k() { local a=in; ${plain()}; tool "$a"; }; k`, () => `k() { ${plain()}; ${condition()} && return; ${plain()}; }; k`, () => `declare -u ${pick(['d', 'e'])}=x`,
    () => `set -- one two; shift; tool "$1" "$@"`, () => `for x in 1 2 3; do for y in 1 2; do ${condition()} && break 2; ${plain()}; done; ${plain()}; done`, () => `until ${condition()}; do ${plain()}; break; done`, () => `{ ${plain()}; } > out`, () => `export ${plain()}`, () => `IFS=n; tool $a; unset IFS`, () => `x=a; printf -v "$x" %s new`, () => `read b c <<< "r s"`, () => `unset ${pick(variables)}`, () => `HOME=/h; tool ~/x; cd . && tool "$PWD"`, () => `mapfile a <<< z`, () => `((a = 3))`, () => `tool $((b++))`,
  ])()
  const statement = (depth: number): string => {
    if (chance(0.3)) return `${sometimes()}\ntool "$a" "$b" $c`
    const kind = random()
    if (kind < 0.15) return assignment(depth)
    if (kind < 0.25 && functions.length > 0) return `${pick(functions)} ${times(2, () => word(1)).join(' ')}`
    if (kind < 0.28 && inLoop) return pick(['tool fail || break', 'probe ok && continue', 'break', 'if tool fail; then :; else break; fi'])
    if (kind < 0.31 && inFunction) return pick(['tool fail || return', 'return', 'probe && return 1'])
    if (kind > 0.31 && kind < 0.315) return pick(['tool fail && exit 3', 'exit'])
    return kind < 0.6 || depth <= 0 ? simple(depth) : compound(depth)
  }
  const statements = (depth: number): string => times(3, () => statement(depth)).join('\n')
  const text = times(6, () => statement(3)).join('\n')
  return { text, files }
}
