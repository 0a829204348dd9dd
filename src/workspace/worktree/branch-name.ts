const maxPart = 48

/**
 * A branch name out of any two texts: `omni/<tree>/<title>`, lower case, only letters, digits and `-` between the strokes, so that it is one on
 * every file system. Where it is taken, or could not stand beside another (`omni`, or `omni/<tree>/<title>/more`), the part that is
 * in the way gets the next free number.
 * @param taken names of branches, without `refs/heads/`
 * @see git-check-ref-format(1)
 */
export function branchName(tree: string, title: string, taken: Iterable<string>): string {
  const names = new Set([...taken].map((name) => name.toLowerCase()))
  const folders = new Set([...names].flatMap(foldersOf))
  const prefix = free('omni', (name) => !names.has(name))
  const folder = free(`${prefix}/${partOf(tree, 'tree')}`, (name) => !names.has(name))
  return free(`${folder}/${partOf(title, 'task')}`, (name) => !names.has(name) && !folders.has(name))
}

/** As `branchName` makes them. */
export const isBranchName = (name: string): boolean => /^omni(-\d+)?(\/[a-z0-9]+(-[a-z0-9]+)*){2}$/.test(name) && name.length <= 3 * maxPart

function partOf(text: string, otherwise: string): string {
  const plain = text.slice(0, 1_000).normalize('NFKD').toLowerCase().replaceAll(/\p{M}/gu, '').replaceAll(/[^a-z0-9]+/g, '-')
  return plain.replace(/^-/, '').slice(0, maxPart).replace(/-$/, '') || otherwise
}

function free(name: string, isFree: (name: string) => boolean): string {
  if (isFree(name)) return name
  let number = 2
  while (!isFree(`${name}-${number}`)) number += 1
  return `${name}-${number}`
}

/** `a/b/c` stands in `a` and in `a/b`. */
const foldersOf = (name: string): string[] => [...name.matchAll(/\//g)].map(({ index }) => name.slice(0, index))
