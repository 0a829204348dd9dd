/** Longest text of one field, in UTF-8 bytes: a tool's output, a message. */
export const maxTextBytes = 8 * 1024 * 1024
/** For text that only accompanies: reasoning, a failure's reason. */
export const maxReasoningBytes = 1024 * 1024
/** For a reason, an advice, a notice: what a person reads in one go. */
export const maxNoteBytes = 16 * 1024
export const maxNameBytes = 1_024

/**
 * Text of at most `maxBytes` UTF-8 bytes, well-formed; longer text keeps its two ends and says in between how much is
 * left out. The host cuts what a program floods it with, so that no field can fill disk, memory or link.
 */
export function limitText(text: string, maxBytes: number): { readonly text: string; readonly cut: boolean } {
  const whole = text.isWellFormed() ? text : text.toWellFormed()
  // A UTF-16 unit is at most three bytes: most text needs no count.
  if (whole.length * 3 <= maxBytes) return { text: whole, cut: false }
  const bytes = Buffer.byteLength(whole)
  if (bytes <= maxBytes) return { text: whole, cut: false }
  const note = `\n… ${bytes} bytes in all, the middle is left out …\n`
  const half = Math.max(0, Math.floor((maxBytes - Buffer.byteLength(note)) / 2))
  const buffer = Buffer.from(whole)
  // Cut between bytes, a character becomes U+FFFD of three bytes; at most one at each end.
  const head = buffer.subarray(0, half).toString('utf8').replace(/\ufffd$/, '')
  const tail = buffer.subarray(buffer.length - half).toString('utf8').replace(/^\ufffd+/, '')
  return { text: head + note + tail, cut: true }
}
