import { isAbsolute, relative } from 'node:path/posix'

/** Is `path` this folder, or in it? By text, `..` resolved; links are not followed. Only absolute paths can be. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return isAbsolute(path) && (way === '' || (way !== '..' && !way.startsWith('../')))
}
