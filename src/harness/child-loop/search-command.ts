import { relative } from 'node:path'
import type { SpawnCommand } from '../../spec/ports/box.ts'
import type { inputs } from './tools.ts'
import type { z } from 'zod'

type SearchInput = z.infer<(typeof inputs)['search']>
const maxMatchesInFile = 50
/** What a git says that was built without Perl expressions, as on some Macs. */
export const noPerl = 'cannot use Perl-compatible'

/**
 * git grep, also where there is no repository: it leaves out what .gitignore names, skips binary files, and its Perl
 * expressions give up instead of running for ever. The words are fixed, so nothing of the model's becomes an option.
 */
export function searchCommand(input: SearchInput, place: { readonly workspace: string; readonly path: string; readonly env: Readonly<Record<string, string>>; readonly perl: boolean }): SpawnCommand {
  const where = relative(place.workspace, place.path)
  const spec = input.glob === undefined ? `:(literal)${where || '.'}` : `:(glob)${where === '' ? '' : `${escapeGlob(where)}/`}${input.glob}`
  const what = input.pattern === undefined
    ? ['-l', '-e', '']
    : ['-I', '-n', place.perl ? '-P' : '-E', '-m', String(maxMatchesInFile), ...(input.ignore_case === true ? ['-i'] : []), '-C', String(input.context ?? 0), '-e', input.pattern]
  // A repository may configure a command to be run for its index; it is off.
  const args = ['--no-pager', '-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false', 'grep', '--no-index', '--exclude-standard', '--no-color', ...what, '--', spec]
  return { file: 'git', args, cwd: place.workspace, env: place.env }
}

const escapeGlob = (path: string): string => path.replaceAll(/[*?[\]\\]/g, '\\$&')
