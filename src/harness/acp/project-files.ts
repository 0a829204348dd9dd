import { AppError } from '../../spec/app-error.ts'
import type { HarnessContext } from '../../spec/ports/harness.ts'
import type { ProjectPart } from '../../spec/trust/project-parts.ts'
import { wholeFiles } from '../project-files.ts'
import type { AcpRow } from './acp-row.ts'

/** The project's files by which the program would run things by itself: whole, since we read none of their forms. */
export async function acpProjectParts({ projectRuns = [] }: AcpRow, workspace: string): Promise<readonly ProjectPart[]> {
  const files = (await wholeFiles(workspace, projectRuns)) ?? []
  return files.map(({ file, text }) => ({ file, reason: 'settings or code by which the program runs things by itself', exact: text, data: file }))
}

/** These programs can not be told to leave them out. @throws {AppError} 'unavailable' while a person has not trusted all of them. */
export async function refuseUntrusted({ title, projectRuns = [] }: AcpRow, { workspace, trusted = [] }: HarnessContext): Promise<void> {
  const files = await wholeFiles(workspace, projectRuns)
  if (files === undefined) throw new AppError('unavailable', `${title} would read ${projectRuns.join(', ')} of the project, and something there is a link, too large, or no file: nobody could be shown it. Choose another harness.`)
  const known = new Set(trusted.map(({ file, exact }) => JSON.stringify([file, exact])))
  const left = files.filter(({ file, text }) => !known.has(JSON.stringify([file, text])))
  if (left.length === 0) return
  throw new AppError('unavailable', `${title} would run what the project names in ${left.map(({ file }) => file).join(', ')}, which nobody has trusted. Start a new session in the page or in a terminal, which asks; or choose another harness.`)
}
