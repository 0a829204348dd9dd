import { execFile } from 'node:child_process'
import { chown, copyFile, mkdtemp, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { rolldown } from 'rolldown'
import { describe, expect, it, onTestFinished } from 'vitest'
import { draw } from '../../support/lane.ts'
import { escapes } from './escape-cases.ts'
import type { EscapePlace } from './escape-world.ts'

const run = promisify(execFile)
const isRoot = process.getuid?.() === 0
/** Somebody without rights of any kind. */
const stranger = 61_234

interface Tried {
  readonly name: string
  readonly escaped: boolean
  readonly said: string
  /** It worked without the wall that holds it. */
  readonly control: boolean
  readonly open: string
}

/** Tries all ways out as root or as an ordinary user; the program is one file, because that user may not be able to read ours. */
async function tryAll(names: readonly string[], { asStranger, routes }: { readonly asStranger: boolean; readonly routes: boolean }): Promise<readonly Tried[]> {
  const folder = await mkdtemp(join(isRoot ? '/srv' : homedir(), 'omni-escapes-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const [program, netns] = [join(folder, 'run.mjs'), join(folder, 'netns.mjs')]
  for (const [input, file] of [[join(import.meta.dirname, 'run-escapes.ts'), program], [join(import.meta.dirname, '../../../src/omnibox/linux/netns-program.ts'), netns]] as const) {
    const bundle = await rolldown({ input, platform: 'node', logLevel: 'silent' })
    await bundle.write({ file, format: 'esm' })
    await bundle.close()
  }
  const node = join(folder, 'node')
  await copyFile(process.execPath, node)
  if (asStranger) await chown(folder, stranger, stranger)
  const words = [program, JSON.stringify({ folder, netnsProgram: [node, netns], routes } satisfies EscapePlace), JSON.stringify(names)]
  const [file, args] = asStranger ? ['setpriv', ['--reuid', String(stranger), '--regid', String(stranger), '--clear-groups', '--', node, ...words]] as const : [node, words] as const
  const { stdout } = await run(file, args, { env: { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', HOME: folder }, maxBuffer: 64 * 1024 * 1024, cwd: folder })
  return stdout.trim().split('\n').map((line) => JSON.parse(line) as Tried) // Proof: written by run-escapes.ts.
}

describe.each(isRoot ? ['root', 'an ordinary user'] : ['an ordinary user'])('a box started by %s', (who) => {
  it.each([{ leads: 'names and addresses', routes: true }, { leads: 'names only', routes: false }])('whose network leads to $leads lets nothing out, and each way would be one without its wall', async ({ leads, routes }) => {
    const wanted = draw(`ways out of a box with a network that leads to ${leads}, as ${who}`, escapes.filter(({ needsRoot }) => needsRoot !== true || who === 'root'), 8).map(({ name }) => name)
    const tried = await tryAll(wanted, { asStranger: isRoot && who !== 'root', routes })
    expect(tried.map(({ name }) => name)).toEqual(wanted)
    expect(tried.filter(({ escaped }) => escaped)).toEqual([])
    expect(tried.filter(({ control }) => !control)).toEqual([])
  }, 300_000)
})
