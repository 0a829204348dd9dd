import { resolve } from 'node:path/posix'

/** A path as a person writes it in a configuration file: absolute, below `~`, or from the work folder. @returns absolute, `..` resolved */
export const userPath = (path: string, { workspace, home }: { readonly workspace: string; readonly home: string }): string => resolve(workspace, path.replace(/^~(?=\/|$)/, () => home))
