import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError } from '../../spec/app-error.ts'

export interface GitDirContent {
  readonly format: 'sha1' | 'sha256'
  readonly isBare: boolean
  /** `ref: refs/heads/…`, or a commit. */
  readonly head: string
  /** Further lines of its configuration: `core.eol`, `lf`. */
  readonly settings: readonly (readonly [string, string])[]
  /** Object folders that it borrows from. */
  readonly borrows: readonly string[]
  /** Further files, by path in it. */
  readonly files: Readonly<Record<string, string | Uint8Array | undefined>>
}

/** Writes a git directory into a folder that is there, by hand: no template, no hook, nothing of another's configuration. @see gitrepository-layout(5) */
export async function writeGitDir(folder: string, { format, isBare, head, settings, borrows, files }: GitDirContent): Promise<void> {
  for (const each of ['hooks', 'info', 'objects/info', 'objects/pack', 'refs/heads', 'refs/tags']) await mkdir(join(folder, each), { recursive: true, mode: 0o700 })
  const lines: (readonly [string, string])[] = [
    ['core.repositoryformatversion', format === 'sha1' ? '0' : '1'], ['core.bare', String(isBare)], ['core.logallrefupdates', 'true'],
    ...(format === 'sha1' ? [] : [['extensions.objectformat', format] as const]), ...settings,
  ]
  const all = { HEAD: `${head}\n`, config: lines.map(configLine).join(''), 'objects/info/alternates': borrows.map((path) => `${alternateLine(path)}\n`).join(''), ...files }
  for (const [path, content] of Object.entries(all)) {
    if (content === undefined) continue
    await mkdir(dirname(join(folder, path)), { recursive: true, mode: 0o700 })
    await writeFile(join(folder, path), content)
  }
}

function configLine([key, value]: readonly [string, string]): string {
  const quoted = value.replaceAll(/[\u0000-\u001f\u007f]/g, ' ').replaceAll(/["\\]/g, String.raw`\$&`)
  return `[${key.slice(0, key.indexOf('.'))}]\n\t${key.slice(key.indexOf('.') + 1)} = "${quoted}"\n`
}

function alternateLine(path: string): string {
  // Git would take such a line for a comment, or for a quoted one.
  if (/^["#]|\n/.test(path)) throw new AppError('invalid', `No worktree can borrow from ${JSON.stringify(path)}: git can not write that name down.`)
  return path
}
