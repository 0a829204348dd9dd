/**
 * `*` is any text without a slash, `**` any text at all; a last `/**` also matches the folder itself. Linear in the length of both,
 * times each other: a hostile path cannot stall it.
 */
export function matchPath(pattern: string, path: string): boolean {
  if (pattern === '/**' || pattern === '**') return true
  if (!pattern.includes('*')) return pattern === path
  if (pattern.endsWith('/**')) {
    const folder = pattern.slice(0, -3)
    if (!folder.includes('*')) return path === folder || path.startsWith(`${folder}/`)
  }
  return pattern.endsWith('/**') && matchPieces(pattern.slice(0, -3), path) ? true : matchPieces(pattern, path)
}

function matchPieces(pattern: string, path: string): boolean {
  const pieces = pattern.match(/\*\*|\*|[^*]+/g) ?? []
  // The places in the path that the pieces so far can have led to.
  let reached = new Uint8Array(path.length + 1)
  reached[0] = 1
  for (const piece of pieces) {
    const next = new Uint8Array(path.length + 1)
    if (piece.startsWith('*')) {
      for (let at = 0, open = false; at <= path.length; at += 1) {
        if (at > 0 && piece === '*' && path[at - 1] === '/') open = false
        if (reached[at] === 1) open = true
        if (open) next[at] = 1
      }
    } else {
      for (let at = path.indexOf(piece); at !== -1; at = path.indexOf(piece, at + 1)) if (reached[at] === 1) next[at + piece.length] = 1
    }
    reached = next
  }
  return reached[path.length] === 1
}
