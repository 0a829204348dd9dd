import type { ImageType } from '../../../spec/attachment.ts'
import type { OwnUse } from '../tools.ts'
import { editFile } from './tools/edit-file.ts'
import { type Fetch, fetchPage } from './tools/fetch-page.ts'
import { readFilePart } from './tools/read-file.ts'
import { writeAllowed } from './tools/workspace-files.ts'

export interface ToolPlace {
  readonly workspace: string
  /** The real path that was allowed; unused by `web`. */
  readonly allowed: string
  readonly fetch: Fetch
  readonly signal: AbortSignal
}

export interface ToolAnswer {
  readonly output: string
  /** A picture that the model is shown beside it. */
  readonly picture?: { readonly name: string; readonly mediaType: ImageType; readonly bytes: Uint8Array } | undefined
}

/** Does what an allowed call says. @throws {Error} with words for the model. */
export async function runTool(use: OwnUse, { workspace, allowed, fetch, signal }: ToolPlace): Promise<ToolAnswer> {
  switch (use.tool) {
    case 'read': return await readFilePart({ workspace, allowed, path: use.input.path }, use.input)
    case 'edit': return { output: await editFile({ workspace, allowed, path: use.input.path }, use.input) }
    case 'write': {
      const { path, content } = use.input
      const isNew = await writeAllowed({ workspace, allowed, path }, content)
      return { output: `${isNew ? 'Created' : 'Replaced'} ${path}, ${Buffer.byteLength(content)} bytes.` }
    }
    case 'web': return { output: await fetchPage(use.input.url, { fetch, signal }) }
  }
}
