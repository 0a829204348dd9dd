const maxLines = 20_000
const maxShown = 12

/** Where a text that was not found nearly is, as a sentence for the model; empty when nothing is like it. */
export function nearestPlace(text: string, wanted: string): string {
  const lines = text.split('\n').slice(0, maxLines).map((line) => line.replace(/\r$/, ''))
  const parts = wanted.replace(/^\n+|\n+$/g, '').split('\n').map((line) => line.replace(/\r$/, ''))
  let best = { at: -1, score: 0 }
  for (let at = 0; at < lines.length; at += 1) {
    const score = parts.reduce((sum, part, index) => sum + likeness(lines[at + index] ?? '', part), 0)
    if (score > best.score) best = { at, score }
  }
  if (best.at === -1 || best.score < parts.length * 0.4) return ' Nothing in it is like that; read the file again.'
  const near = lines.slice(best.at, best.at + parts.length)
  const spacing = near.every((line, index) => line.replaceAll(/\s+/g, '') === (parts[index] ?? '').replaceAll(/\s+/g, ''))
  const shown = near.slice(0, maxShown).map((line, index) => `${String(best.at + 1 + index).padStart(5)}\t${line.slice(0, 300)}`).join('\n')
  return `${spacing ? ' It is there with other spacing' : ' The nearest text is'}, from line ${best.at + 1}:\n${shown}`
}

/** 1 for the same line, a little less when only spaces differ, the share of common words otherwise. */
function likeness(line: string, wanted: string): number {
  if (line === wanted) return line.trim() === '' ? 0.1 : 1
  if (line.trim() === wanted.trim()) return 0.95
  const words = new Set(wanted.split(/\W+/).filter((word) => word !== ''))
  if (words.size === 0) return 0
  const there = new Set(line.split(/\W+/))
  let common = 0
  for (const word of words) if (there.has(word)) common += 1
  return (0.9 * common) / Math.max(words.size, there.size)
}
