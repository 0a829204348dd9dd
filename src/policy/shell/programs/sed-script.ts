export interface SedScript {
  /** Runs commands, or what it does is not understood. */
  readonly runs: boolean
  readonly reads: readonly string[]
  readonly writes: readonly string[]
}

/** What a sed script does besides editing: `e`, `r`, `w`, and the flags `e` and `w` of `s`. @see sed(1) */
export function readSedScript(script: string): SedScript {
  const [reads, writes]: [string[], string[]] = [[], []]
  let rest = script
  if (script.length > 4_096) return { runs: true, reads, writes }
  const take = (pattern: RegExp) => {
    const match = pattern.exec(rest)
    if (match === null) return undefined
    rest = rest.slice(match[0].length)
    return match
  }
  const notUnderstood = { runs: true, reads, writes }
  while (take(/^[\s;{}]+/) || rest !== '') {
    if (rest === '') break
    if (take(/^#[^\n]*/)) continue
    // Addresses: a number, `$`, `/…/` or `\c…c`, up to two, then `!`.
    const address = /^(?:\d+(?:~\d+)?|\$|\/(?:\\.|\[\^?\]?[^\]]*\]|[^/\\])*\/[IM]*|\\(.)(?:\\.|(?!\1).)*\1[IM]*|[+~]\d+)/s
    if (take(address)) {
      take(/^\s*/)
      if (take(/^,\s*/) && !take(address)) return notUnderstood
    }
    take(/^\s*!?\s*/)
    const command = take(/^[\s\S]/)?.[0]
    if (command === undefined) break
    if ('{}=dDgGhHnNpPxFz'.includes(command)) continue
    if ('aic'.includes(command)) take(/^[\s\S]*?(?:(?<!\\)\n|$)/)
    else if ('btT:'.includes(command)) take(/^[^;\n}]*/)
    else if ('qQlL'.includes(command)) take(/^\s*\d*/)
    else if (command === 'r' || command === 'R') reads.push(take(/^\s*([^\n]*)/)?.[1] ?? '')
    else if (command === 'w' || command === 'W') writes.push(take(/^\s*([^\n]*)/)?.[1] ?? '')
    else if (command === 's' || command === 'y') {
      const match = take(/^(.)(?:\\[\s\S]|\[\^?\]?[^\]\n]*\]|(?!\1)[\s\S])*?\1(?:\\[\s\S]|(?!\1)[\s\S])*\1([gpiIMme0-9]*)(?:w\s*([^\n]*))?/)
      if (match === null || match === undefined || match[2]?.includes('e')) return notUnderstood
      if (match[3] !== undefined) writes.push(match[3])
    } else return notUnderstood
  }
  return { runs: false, reads, writes }
}
