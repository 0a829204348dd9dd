/**
 * Paths of a work folder are bytes; git gives and takes them so. A raw path holds each byte as one character (latin1), which
 * compares, splits and sets like any text and loses nothing.
 */
export type RawPath = string

/** Splits git's NUL-ended output. */
export function splitRaw(output: Buffer): RawPath[] {
  return output.length === 0 ? [] : output.toString('latin1').replace(/\0$/, '').split('\0')
}

export const joinRaw = (paths: readonly RawPath[]): Buffer => Buffer.from(paths.map((path) => `${path}\0`).join(''), 'latin1')
export const rawOf = (path: string): RawPath => Buffer.from(path, 'utf8').toString('latin1')
/** For people and the log: bytes that are no UTF-8 become U+FFFD. */
export const shownPath = (path: RawPath): string => Buffer.from(path, 'latin1').toString('utf8')
/** For the file system. */
export const bytesUnder = (root: string, path: RawPath): Buffer => Buffer.concat([Buffer.from(`${root}/`, 'utf8'), Buffer.from(path, 'latin1')])

/** A name that git's index refuses anywhere in a path, whatever the case; and a link that git itself would read. */
export function isGitName(path: RawPath, isLink: boolean): boolean {
  const names = path.toLowerCase().split('/')
  return names.includes('.git') || (isLink && names.at(-1) === '.gitmodules')
}
