import { quoted } from '../../src/policy/shell/arg.ts'

/** A way to write a simple command of plain words so that it does the same. */
type Rewrite = (line: string, random: () => number) => string

const hex = (char: string) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`
/** Rewrites one word of letters, digits and `-/.`: the line holds nothing else. */
const eachWord = (change: (word: string, random: () => number) => string): Rewrite => (line, random) => line.split(' ').map((word) => change(word, random)).join(' ')

/** Rewrites of words: the line stays a simple command. */
const spellings: readonly Rewrite[] = [
  eachWord((word) => `'${word}'`), eachWord((word) => `"${word}"`), eachWord((word, random) => (random() < 0.5 ? word : `\\${word}`)),
  eachWord((word, random) => {
    const at = Math.floor(random() * (word.length + 1))
    return `${word.slice(0, at)}${random() < 0.5 ? "''" : '""'}${word.slice(at)}`
  }),
  eachWord((word) => `$'${word.replaceAll(/./g, hex)}'`), eachWord((word, random) => (random() < 0.5 ? word : `$'${word}'`)),
  eachWord((word, random) => (random() < 0.5 ? word : `$(echo ${word})`)), eachWord((word, random) => (random() < 0.5 ? word : `"$(printf %s ${word})"`)), eachWord((word, random) => (random() < 0.5 ? word : `\`echo ${word}\``)),
  (line) => line.replaceAll(' ', ' \\\n '), eachWord((word) => `${word.slice(0, 1)}\\\n${word.slice(1)}`),
  (line) => (line.includes(' ') ? `{${line.split(' ').join(',')}}` : line),
]

/** Rewrites of whole lines: what they give can be rewritten again only as a line. */
const wrappings: readonly Rewrite[] = [
  (line) => `bash -c ${quoted(line)}`, (line) => `sh -ec ${quoted(line)}`, (line) => `eval ${quoted(line)}`, (line) => `( ${line}\n)`, (line) => `{ ${line}\n}`, (line) => `if true; then ${line}\nfi`, (line) => `true && { ${line}\n}`,
  (line) => `bash <<'END_OF_LINE'\n${line}\nEND_OF_LINE\n`, (line) => `bash <<< ${quoted(line)}`, (line) => `printf '%s\\n' ${quoted(line)} | sh`, (line) => `f() { ${line}\n}; f`, (line) => `for once in 1; do ${line}\ndone`, (line) => `echo "$(${line}\n)"`, (line) => `cat <(${line}\n)`, (line) => `trap ${quoted(line)} EXIT`,
  (line) => `env bash -c ${quoted(line)}`, (line) => `sudo -u me -- bash -lc ${quoted(line)}`, (line) => `timeout 9 sh -c ${quoted(line)}`, (line) => `x=${quoted(line)}; eval "$x"`, (line) => `x=${quoted(line)} bash -c 'eval "$x"'`, (line) => `set -- ${quoted(line)}; bash -c "$1"`, (line) => `find . -maxdepth 0 -exec bash -c ${quoted(line)} \\;`, (line) => `case a in a) ${line}\n;; esac`, (line) => `: & ${line}`, (line) => `xargs -I{} bash -c ${quoted(line)}`,
]

/** Rewrites of a simple command that keep its words. */
const prefixes: readonly Rewrite[] = ['env', 'command', 'nohup', 'nice -n 3', 'timeout 5', 'exec', 'sudo', 'env -i A=1', 'stdbuf -oL', 'setsid', '\\command', 'time', '!', 'A=1', 'builtin command'].map((prefix) => (line) => `${prefix} ${line}`)
const variables: Rewrite = (line) => {
  const [first = '', ...rest] = line.split(' ')
  return `w=${first}; $w ${rest.join(' ')}`.trim()
}

/**
 * Writes a line that does the same as `command`, which holds only plain words: letters, digits and `-/.:_`, with single blanks.
 * `random` gives numbers in [0, 1).
 */
export function obfuscate(command: string, random: () => number): string {
  const pick = (rewrites: readonly Rewrite[]): Rewrite => rewrites[Math.floor(random() * rewrites.length)] ?? ((line) => line)
  let line = command
  const kind = random()
  if (kind < 0.4) line = pick(spellings)(line, random)
  else if (kind < 0.7) line = pick(prefixes)(line, random)
  else if (kind < 0.8) line = variables(line, random)
  for (let depth = Math.floor(random() * 4); depth > 0; depth -= 1) line = pick(wrappings)(line, random)
  return line
}
