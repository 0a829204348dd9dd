import { posix } from 'node:path'
import type { Arg } from './arg.ts'

/**
 * Absolute, normalised path of the file that a word names, as the program would see it from `cwd`. A glob in the last part stays as
 * written. Undefined when unknown.
 */
export function pathOf(arg: Arg, cwd: string | undefined): string | undefined {
  const text = arg.text ?? arg.glob
  if (text === undefined || text === '' || (arg.text === undefined && /[*?[(]/.test(posix.dirname(text)))) return undefined
  return absolute(text, cwd)
}

export function absolute(text: string, cwd: string | undefined): string | undefined {
  const path = text.startsWith('/') ? posix.normalize(text) : cwd === undefined ? undefined : posix.join(cwd, text)
  // Longer than any file system takes (PATH_MAX): no file is called like that.
  return path === undefined || path.length > 4_096 ? undefined : trimmed(path)
}

const trimmed = (path: string) => (path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path)

/** Devices that hold nothing: writing there changes no file. */
export const isVoid = (path: string) => /^\/dev\/(?:null|zero|full|tty|stdin|stdout|stderr|fd\/\d+|pts\/\d+)$/.test(path) || /^\/proc\/self\/fd\/\d+$/.test(path)
