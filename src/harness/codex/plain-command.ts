/** Codex shows a command as `/bin/bash -lc WORD`, quoted as a shell would need it; people and rules read what is inside. */
export function plainCommand(shown: string): string {
  const word = /^(?:\/\S*\/)?(?:bash|sh|zsh) -l?c ([\s\S]+)$/.exec(shown)?.[1]
  return (word === undefined ? undefined : oneWord(word)) ?? shown
}

/** The parts of a word: in single quotes, in double quotes, after a backslash, bare. */
const parts = /'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([^\s'"\\$`;&|<>()])/gy

/** What one word of a shell line stands for; undefined when it is no single word, or one that a shell would still expand. */
function oneWord(text: string): string | undefined {
  let word = ''
  let end = 0
  for (const [all, single, double, escaped, bare] of text.matchAll(parts)) {
    if (double !== undefined && /(?<!\\)(?:\\\\)*[$`]/.test(double)) return undefined
    word += single ?? double?.replaceAll(/\\([$`"\\])/g, '$1') ?? escaped ?? bare ?? ''
    end += all.length
  }
  return end === text.length ? word : undefined
}
