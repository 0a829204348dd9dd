const maxWords = 64

/**
 * The words that `{a,b}` and `{1..3}` in a word without quotes, escapes and expansions stand for. Undefined when there are
 * more than 64 or the braces are not understood.
 * @see bash(1), "Brace Expansion": it is purely textual and happens before everything else.
 */
export function expandBraces(text: string): readonly string[] | undefined {
  if (/["'\\$`]/.test(text)) return undefined
  const open = firstGroup(text)
  if (open === undefined) return [text]
  if (open === 'unknown') return undefined
  const { start, end, choices } = open
  const words: string[] = []
  for (const choice of choices) {
    const rests = expandBraces(choice + text.slice(end + 1))
    if (rests === undefined || words.length + rests.length > maxWords) return undefined
    words.push(...rests.map((rest) => text.slice(0, start) + rest))
  }
  return words
}

function firstGroup(text: string): { readonly start: number; readonly end: number; readonly choices: readonly string[] } | 'unknown' | undefined {
  for (let start = text.indexOf('{'); start !== -1; start = text.indexOf('{', start + 1)) {
    const end = closing(text, start)
    if (end === undefined) continue
    const inner = text.slice(start + 1, end)
    const choices = splitCommas(inner)
    if (choices.length > 1) return { start, end, choices }
    const sequence = sequenceOf(inner)
    if (sequence !== undefined) return { start, end, choices: sequence }
    if (/^[-+]?\w+\.\.[-+]?\w+(?:\.\.[-+]?\d+)?$/.test(inner)) return 'unknown'
  }
  return undefined
}

function closing(text: string, start: number): number | undefined {
  let depth = 0
  for (let index = start; index < text.length; index += 1) {
    if (text[index] === '{') depth += 1
    if (text[index] === '}') depth -= 1
    if (depth === 0) return index
  }
  return undefined
}

function splitCommas(inner: string): readonly string[] {
  const parts = ['']
  let depth = 0
  for (const char of inner) {
    if (char === '{') depth += 1
    if (char === '}') depth -= 1
    if (char === ',' && depth === 0) parts.push('')
    else parts[parts.length - 1] += char
  }
  return parts
}

/** `1..3` and `a..c`; what steps, leading zeros and the like make is only known to the shell. */
function sequenceOf(inner: string): readonly string[] | undefined {
  const numbers = /^(0|-?[1-9]\d{0,5})\.\.(0|-?[1-9]\d{0,5})$/.exec(inner)
  const letters = /^([a-z])\.\.([a-z])$/.exec(inner)
  const [from, to] = numbers ? [Number(numbers[1]), Number(numbers[2])] : [letters?.[1]?.codePointAt(0), letters?.[2]?.codePointAt(0)]
  if (from === undefined || to === undefined || Math.abs(to - from) >= maxWords) return undefined
  const values = Array.from({ length: Math.abs(to - from) + 1 }, (_, index) => from + index * Math.sign(to - from))
  return values.map((value) => (numbers ? String(value) : String.fromCodePoint(value)))
}
