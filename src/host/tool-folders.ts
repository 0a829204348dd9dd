import { lstatSync, readdirSync, realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { isInside } from '../base/is-inside.ts'

/** Every box has these for itself. */
const system = /^\/(?:usr|bin|sbin|lib\d*|opt|nix\/store|gnu\/store)(?:\/|$)/
const maxLinks = 200

/**
 * What programs on a search path are made of, where that is not the system's own: Node in a version manager's folder, Python's environments,
 * tools that a person installed. A `bin` stands for the folder around it; a link in one for the package that it leads to. Never a
 * person's home folder, or anything around it.
 * @param path as in PATH
 * @param home the person's
 * @param files further programs, absolute
 */
export function toolFolders({ path, home, files = [] }: { readonly path: string; readonly home: string; readonly files?: readonly string[] }): string[] {
  const found = new Set<string>()
  const add = (folder: string | undefined): void => {
    if (folder !== undefined && !system.test(folder) && !isInside(folder, home)) found.add(folder)
  }
  for (const entry of new Set(path.split(':'))) {
    const real = isAbsolute(entry) ? realOf(entry) : undefined
    // Links are kept: the search path names them.
    if (real === undefined || (system.test(real) && system.test(entry))) continue
    add(wholeOf(real, home))
    for (const link of linksIn(real).slice(0, maxLinks)) add(packageOf(link, home))
  }
  for (const file of files) add(packageOf(file, home))
  return [...found].filter((folder) => ![...found].some((other) => other !== folder && isInside(other, folder)))
}

/** The folder around a `bin`, unless that is too much. */
function wholeOf(folder: string, home: string): string {
  const around = dirname(folder)
  const isShared = isInside(around, home) || around === join(home, '.local') || around === '/'
  return basename(folder) === 'bin' && !isShared ? around : folder
}

/** What a program's file belongs to. */
function packageOf(file: string, home: string): string | undefined {
  const real = realOf(file)
  if (real === undefined) return undefined
  const modules = real.indexOf('/node_modules/')
  if (modules > 0) return real.slice(0, modules + '/node_modules'.length)
  const folder = wholeOf(dirname(real), home)
  return isInside(folder, home) ? real : folder
}

function linksIn(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name)).filter((file) => lstatSync(file).isSymbolicLink())
  } catch {
    return [] // Not readable: nothing of it can be run.
  }
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined // Not there.
  }
}
