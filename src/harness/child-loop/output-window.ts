const keptChars = 15_000
/** Of what was left out, too: a command can print for ever. */
const maxWholeChars = 2_000_000

/** Keeps both ends of a long text and says what it left out. */
export interface OutputWindow {
  add(text: string): void
  text(): string
  /** All of it, or its first two million characters; undefined when `text` has left out nothing. */
  whole(): string | undefined
}

/** @param hint what the model is told about the part that is left out */
export function createOutputWindow(hint: string, each = keptChars): OutputWindow {
  let whole = ''
  let tail = ''
  let length = 0
  return {
    add(text) {
      length += text.length
      if (whole.length < maxWholeChars) whole += text.slice(0, maxWholeChars - whole.length)
      tail += text
      // Cut rarely: a flood of small pieces must not copy the tail each time.
      if (tail.length > each * 3) tail = tail.slice(-each)
    },
    text() {
      const left = length - 2 * each
      if (left <= 0) return whole.toWellFormed()
      return `${whole.slice(0, each)}\n[${left} characters left out here${hint === '' ? '' : `; ${hint}`}]\n${tail.slice(-each)}`.toWellFormed()
    },
    whole: () => (length > 2 * each ? whole.toWellFormed() : undefined),
  }
}
