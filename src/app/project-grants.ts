import { readFileSync, statSync } from 'node:fs'
import { z } from 'zod'
import { AppError } from '../spec/app-error.ts'
import { eventData } from '../spec/events/session-event.ts'
import type { ProjectGrant, ProjectGrants } from '../spec/ports/project-grants.ts'
import { replaceFile } from './replace-file.ts'

/** What people allowed for whole projects, version 1: one JSON file (0600), by the path of the work folder. */
const GrantsFile = z.strictObject({
  version: z.literal(1),
  projects: z.record(z.string(), z.array(eventData['grant.made'].pick({ grant: true, rule: true, hash: true, kind: true, pattern: true }))),
})

/**
 * Reads the file once; it is this process's alone from then on.
 * @param path `~/.omnigent/project-grants.json`; made when something is allowed for a project. A file that others could have
 * written, or that cannot be read, allows nothing, is reported, and is left as it is.
 */
export function openProjectGrants(path: string, report: (problem: string, cause?: unknown) => void): ProjectGrants {
  const projects = new Map<string, readonly ProjectGrant[]>()
  let saving: Promise<void> = Promise.resolve()
  let refused: AppError | undefined
  try {
    for (const [folder, grants] of Object.entries(read(path))) projects.set(folder, grants)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    refused = error
    report(error.message, error)
  }

  function save(): void {
    const file: z.infer<typeof GrantsFile> = { version: 1, projects: Object.fromEntries([...projects].map(([folder, grants]) => [folder, [...grants]])) }
    const text = `${JSON.stringify(file, undefined, 2)}\n`
    const before = saving.catch(() => undefined) // Told to whoever waited for it.
    saving = before.then(async () => {
      if (refused !== undefined) throw refused
      await replaceFile(path, text)
    })
    saving.catch(() => undefined) // Told by `saved`.
  }

  return {
    of: (folder) => projects.get(folder) ?? [],
    add(folder, grant) {
      projects.set(folder, [...(projects.get(folder) ?? []), grant])
      save()
    },
    remove(id) {
      for (const [folder, grants] of projects) {
        const left = grants.filter(({ grant }) => grant !== id)
        if (left.length === grants.length) continue
        if (left.length === 0) projects.delete(folder)
        else projects.set(folder, left)
        save()
      }
    },
    async saved() {
      await saving.catch((cause: unknown) => {
        throw cause instanceof AppError ? cause : new AppError('unavailable', `${path} could not be written: what was allowed or taken back for the project holds until the server ends.`, { cause })
      })
    },
  }
}

/** @throws {AppError} 'forbidden', 'invalid' */
function read(path: string): z.infer<typeof GrantsFile>['projects'] {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return {}
  if (found.uid !== process.getuid?.() || (found.mode & 0o077) !== 0) throw new AppError('forbidden', `${path} could have been written by others, so nothing is allowed by it. Look at it, then make it yours alone: chmod 600 ${path}`)
  const result = GrantsFile.safeParse(parsed(readFileSync(path, 'utf8')))
  if (!result.success) throw new AppError('invalid', `${path} can not be read, so nothing is allowed by it. Remove it; you will be asked again.`, { cause: result.error })
  return result.data.projects
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // Said by the caller, as any other content that does not fit.
  }
}
