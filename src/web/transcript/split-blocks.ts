/** Blocks at the end that more text may still change: a list or a table can swallow the one before it. */
const loose = 2

/**
 * Splits growing Markdown into blocks and parses only its end again: with every piece of a streamed message the work is
 * that of its last blocks, not of the whole. Each message has its own splitter.
 */
export function createBlockSplitter(parse: (markdown: string) => string[]): (markdown: string) => string[] {
  let last = ''
  let blocks: string[] = []
  return (markdown) => {
    if (markdown === last) return blocks
    const kept = markdown.startsWith(last) ? blocks.slice(0, -loose) : []
    const prefix = kept.join('')
    // Blocks may be normalised text; only when they are the text itself do they say where the rest begins.
    blocks = markdown.startsWith(prefix) ? [...kept, ...parse(markdown.slice(prefix.length))] : parse(markdown)
    last = markdown
    return blocks
  }
}
