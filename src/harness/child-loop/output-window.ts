const keptChars = 15_000

/** Keeps both ends of a long text and says what it left out. */
export interface OutputWindow {
  add(text: string): void
  text(): string
}

export function createOutputWindow(each = keptChars): OutputWindow {
  let head = ''
  let tail = ''
  let left = 0
  return {
    add(text) {
      const room = each - head.length
      if (room > 0) head += text.slice(0, room)
      tail += room > 0 ? text.slice(room) : text
      // Cut rarely: a flood of small pieces must not copy the tail each time.
      if (tail.length > each * 2) {
        left += tail.length - each
        tail = tail.slice(-each)
      }
    },
    text() {
      const over = Math.max(0, tail.length - each)
      if (left + over === 0) return (head + tail).toWellFormed()
      const hint = `[${left + over} characters left out here; narrow it with head, tail or grep, or write it to a file and read that]`
      return `${head}\n${hint}\n${tail.slice(over)}`.toWellFormed()
    },
  }
}
