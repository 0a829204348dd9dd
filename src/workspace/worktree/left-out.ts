import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readPlainFile } from '../read-repository.ts'
import type { GitPlace } from '../run-git.ts'
import { inScratch } from './scratch.ts'
import type { UserRepository } from './user-repository.ts'
import type { CleanGit } from './worktree-git.ts'

interface Question {
  readonly place: GitPlace
  readonly state: string
  readonly repository: UserRepository
  readonly base: string
  /** Of the user's checkout; undefined: no commit yet. */
  readonly head: string | undefined
}

/** What of the user's checkout a worktree does not have. Nothing of the user's is changed, and no program of his asked. */
export async function leftOut(question: Question, signal: AbortSignal | undefined): Promise<{ hadChanges: boolean; notes: string[] }> {
  const { place, state, repository, base, head } = question
  return inScratch({ place, state, source: repository, head: head ?? base, rules: true }, async ({ git, dir }) => {
    const [changes, notes] = await Promise.all([userChanges(question, git, dir, signal), contentNotes(repository, git, base, signal)])
    return { hadChanges: changes === true, notes: [...(changes === undefined ? ['It could not be told whether there are uncommitted changes: they are not in the worktree.'] : []), ...notes] }
  })
}

/** Whether the user has work that is not committed; undefined when his index can not be read. His index is copied, and stays as it is. */
async function userChanges({ repository: { top, gitDir }, head }: Question, git: CleanGit, dir: string, signal: AbortSignal | undefined): Promise<boolean | undefined> {
  if (top === undefined) return false
  if (head === undefined) return true
  const bytes = await readPlainFile(join(gitDir, 'index'))
  const index = join(dir, 'user-index')
  if (bytes !== undefined) await writeFile(index, bytes)
  const found = await git.status({ workTree: top, index }, signal)
  return found === undefined ? undefined : found.length > 0
}

async function contentNotes({ isSparse }: UserRepository, git: CleanGit, base: string, signal: AbortSignal | undefined): Promise<string[]> {
  const entries = await git.entries(base, signal)
  const modules = entries.filter(({ mode }) => mode === '160000').length
  const attributes = entries.filter(({ path, mode }) => mode !== '160000' && path.split('/').at(-1) === '.gitattributes').slice(0, maxAttributeFiles)
  const isFiltered = attributes.length > 0 && /^[^#\n]*[ \t]filter=/m.test(await git.texts(attributes.map(({ hash }) => hash), signal))
  return [
    ...(modules === 0 ? [] : [`${modules === 1 ? 'One submodule is' : `${modules} submodules are`} not checked out in the worktree.`]),
    ...(isFiltered ? ['Files that go through a filter (Git LFS, for example) are as they are stored, as pointers: no filter program was run.'] : []),
    ...(isSparse ? ['Only the files of your sparse checkout are in the worktree.'] : []),
  ]
}

const maxAttributeFiles = 1_000
