/**
 * Text from outside on a card that a person decides by: one line, in which every character is seen. Control, format and
 * separator characters (escape sequences, bidirectional marks, zero-width ones, line ends) stand as their code; of a
 * long text both ends stay, with its whole length.
 * @param maxChars UTF-16 units that are shown
 */
export function visibleText(text: string, maxChars = 400): string {
  const tail = Math.floor(maxChars / 4)
  if (text.length <= maxChars) return escaped(text)
  return `${escaped(text.slice(0, maxChars - tail))} … [${text.length} characters in all] … ${escaped(text.slice(-tail))}`
}

/** Tabs and plain spaces in a row are told apart from one space too: they push what follows out of sight. */
function escaped(text: string): string {
  return text.toWellFormed()
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, (character) => (character === '\n' ? '⏎' : `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`))
    .replaceAll(/ {4,}/g, (spaces) => ` [${spaces.length} spaces] `)
}
