import type { FileChange, RestoreOutcome } from '../spec/events/turn-data.ts'
import { maxChangeLines as maxLines } from '../spec/observed-action.ts'

const maxTitle = 80
const maxTold = 3

/** Paths as people read them. */
export const within = (path: string, root: string | undefined): string => (root !== undefined && path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path)

/** `src/a.ts, src/b.ts and 4 more` */
export function pathsText(paths: readonly string[], root: string | undefined): string {
  const shown = paths.slice(0, maxTold).map((path) => within(path, root))
  return paths.length > maxTold ? `${shown.slice(0, 1).join('')} and ${paths.length - 1} more` : shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

/** `"npm run build" changed src/a.ts and 2 more` */
export function changedText(title: string | undefined, changes: readonly FileChange[], root: string | undefined): string {
  const line = (title ?? '').split('\n', 1)[0]?.trim() ?? ''
  const who = line === '' ? 'A call' : `“${line.length > maxTitle ? `${line.slice(0, maxTitle - 1)}…` : line}”`
  const kinds = new Set(changes.map(({ kind }) => kind))
  const did = kinds.size > 1 || kinds.has('modified') ? 'changed' : kinds.has('created') ? 'made' : 'deleted'
  return `${who} ${did} ${pathsText(changes.map(({ path }) => path), root)}`
}

/** One line for each file. */
export function changeLines(changes: readonly FileChange[], root: string | undefined): string {
  const lines = changes.slice(0, maxLines).map(({ path, kind }) => `${kind.padEnd(8)}  ${within(path, root)}`)
  return [...lines, ...(changes.length > maxLines ? [`… and ${changes.length - maxLines} more`] : [])].join('\n')
}

const because: Readonly<Record<RestoreOutcome['conflicts'][number]['reason'], string>> = {
  changed: 'it was changed again meanwhile', 'in-the-way': 'something else stands in its place', 'not-covered': 'no checkpoint holds it',
}

/** What stayed as it was, and why; empty where all went well. */
export function conflictsText({ conflicts, error }: Pick<RestoreOutcome, 'conflicts' | 'error'>, root: string | undefined): string {
  if (error !== undefined) return `Nothing was done: ${error}`
  const told = [...Map.groupBy(conflicts, ({ reason }) => reason)].map(([reason, of]) => `${pathsText(of.map(({ path }) => path), root)} stayed as it is: ${because[reason]}.`)
  return told.join(' ')
}
