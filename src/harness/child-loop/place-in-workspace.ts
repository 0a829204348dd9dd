import { realpath } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { isInside } from '../../base/is-inside.ts'

/** A path that a tool may not touch. The message is for the model and for people. */
export class OutsideWorkspace extends Error {
  override readonly name = 'OutsideWorkspace'
}

/**
 * The real place of a path in the work folder, every link followed; parts that are not there yet are taken by name.
 * Said in the workspace's own spelling, so that rules about it fit also when the folder is itself reached by a link.
 * @throws {OutsideWorkspace} when it lies outside, or a link leads out.
 */
export async function placeInWorkspace(workspace: string, path: string): Promise<string> {
  const root = await realpath(workspace)
  const wanted = isAbsolute(path) ? resolve(path) : resolve(root, path)
  const real = await realPlace(isInside(workspace, wanted) ? join(root, relative(workspace, wanted)) : wanted)
  if (!isInside(root, real)) {
    const how = isInside(root, wanted) || isInside(workspace, wanted) ? 'is a link that leads out of' : 'is outside'
    throw new OutsideWorkspace(`${path} ${how} the work folder ${workspace}. File tools stay inside it.`)
  }
  return join(workspace, relative(root, real))
}

async function realPlace(path: string): Promise<string> {
  const there = await realpath(path).catch(() => undefined)
  if (there !== undefined) return there
  const parent = dirname(path)
  // A dangling link ends here too: opening it does not follow the last part, so it is refused then.
  return parent === path ? path : join(await realPlace(parent), basename(path))
}
