/**
 * Text from outside, safe to print on a terminal or to show in a line: control characters (escape sequences with them)
 * and the bidirectional controls that can make a path or command read differently than it is become visible.
 * New lines and tabs stay.
 */
export function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/g, (character) => {
    if (character === '\r') return ''
    const code = character.codePointAt(0) ?? 0
    // The control pictures block shows C0 controls as one symbol each.
    return code < 0x20 ? String.fromCodePoint(0x2400 + code) : `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`
  })
}
