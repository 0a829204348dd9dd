import { lstatSync, readlinkSync } from 'node:fs'
import { type SystemPath, systemCandidates } from './bwrap-words.ts'

/** What of the system is there to be shown. `/bin` and its like are links into `/usr` on most machines, and stay that. */
export function readSystemPaths(): SystemPath[] {
  return systemCandidates.flatMap((path): SystemPath[] => {
    const stats = lstatSync(path, { throwIfNoEntry: false })
    if (stats === undefined) return []
    const link = stats.isSymbolicLink() ? readlinkSync(path) : undefined
    return link !== undefined && /^\/?usr\//.test(link) && !path.startsWith('/etc/') ? [{ path, link }] : [{ path }]
  })
}
