import { execFileSync } from 'node:child_process'
import { chmod, lstat, mkdir, mkdtemp, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createChangeFeed } from '../../src/host/change-feed.ts'
import { createMemoryLink } from '../../src/host/link/memory-link.ts'
import { createOffOmnibox } from '../../src/omnibox/off/off-omnibox.ts'
import type { HostFact } from '../../src/spec/ports/host-link.ts'
import type { Policy } from '../../src/spec/policy/policy-schema.ts'
import { createWorkspaces } from '../../src/workspace/open-workspaces.ts'
import { countingIds } from '../support/counting-ids.ts'
import { engineWorld, person } from '../support/engine-world.ts'
import { hostWorld } from '../support/host-world.ts'
import { serverPolicies } from '../support/policy-of.ts'
import { realClock } from '../support/real-clock.ts'

/** Files that go back, on a real work folder with real git: the engine joined, or played by hand. */

const open = createWorkspaces({ clock: realClock, searchPath: '/usr/bin:/bin' }).open
async function folder(name: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), `omni-${name}-`))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return dir
}
const denied: Policy = { name: 'src', type: 'file', match: { verb: ['write', 'delete'], path: 'src/**' }, action: 'deny' }
const asked: Policy = { name: 'docs', type: 'file', match: { verb: ['write', 'delete'], path: 'docs/**' }, action: 'ask' }

async function joined(...policies: Policy[]) {
  const engine = await engineWorld({ policies: serverPolicies(policies) })
  const host = await hostWorld({ workspaces: { open, shadow: await folder('shadow') } })
  const link = createMemoryLink()
  engine.engine.acceptHost(link.engine)
  host.host.connect(link.host)
  const path = (name: string) => join(host.workspace, name)
  for (const name of ['src', 'docs']) await mkdir(path(name))
  const create = async (steps: readonly object[]) => (await engine.engine.create({
    id: 'joined', agent: { name: 'hello', hash: 'h', spec: {} }, harness: 'scripted', sandbox: 'off', workspace: { mode: 'here', path: host.workspace }, prompt: `PLAN:${JSON.stringify(steps)}`,
  }, person)).session
  return {
    engine, host, path, create,
    text: (name: string) => readFile(path(name), 'utf8').catch(() => undefined),
    put: (name: string, content: string) => writeFile(path(name), content),
    /** The turn is over, and what it changed judged. */
    ended: (session: string, turns = 1) => expect.poll(async () => (await engine.types(session)).filter((type) => type === 'turn.ended').length, { timeout: 20_000 }).toBe(turns),
    count: async (session: string, type: string) => (await engine.types(session)).filter((each) => each === type).length,
    async outputs(session: string): Promise<string[]> {
      return (await engine.log(session)).flatMap(({ type, data }) => (type === 'tool.completed' ? [(data as { output: { text: string } }).output.text.trim()] : []))
    },
    async answer(session: string, word: 'allow' | 'deny') {
      const [ask] = (await engine.view(session)).asks
      await engine.command(session, { type: 'approval.answer', approval: ask?.approval ?? '', digest: ask?.digest ?? '', answer: word })
    },
  }
}

describe('what a command changed against a rule', () => {
  it.each(['a plain folder', 'a repository'])('is back in %s byte for byte, with mode, links, made and deleted files, before the next call runs', async (kind) => {
    const world = await joined(denied)
    if (kind === 'a repository') execFileSync('git', ['init', '-q', world.host.workspace])
    const bytes = Buffer.from([0, 255, 13, 10, 10, 13, 0, 200])
    await writeFile(world.path('src/run.sh'), bytes)
    await chmod(world.path('src/run.sh'), 0o755)
    await world.put('src/gone.txt', 'was here\r\n')
    await symlink('gone.txt', world.path('src/link'))
    const session = await world.create([
      { shell: 'echo bad > src/run.sh; chmod -x src/run.sh; rm src/gone.txt; ln -sfn /etc/passwd src/link; mkdir src/deep; echo new > src/deep/new.txt; echo free > free.txt' },
      { shell: 'ls -1 src; cat src/gone.txt; test -x src/run.sh && echo runs' }, { say: 'done' },
    ])
    await world.ended(session)
    expect((await world.outputs(session)).at(-1)).toBe('gone.txt\nlink\nrun.sh\nwas here\r\nruns')
    expect([await readFile(world.path('src/run.sh')), (await lstat(world.path('src/run.sh'))).mode & 0o777, await world.text('src/gone.txt'), await readlink(world.path('src/link')), await world.text('src/deep/new.txt'), await world.text('free.txt')]).toEqual([bytes, 0o755, 'was here\r\n', 'gone.txt', undefined, 'free\n'])
    // What we wrote ourselves is nobody's change.
    expect(await world.count(session, 'file.changed')).toBe(1)
    expect([...world.engine.problems, ...world.host.problems]).toEqual([])
  })

  it('is back when the turn ends with it', async () => {
    const world = await joined(denied)
    await world.put('src/a.txt', 'mine')
    const session = await world.create([{ shell: 'echo bad > src/a.txt' }])
    await world.ended(session)
    const types = await world.engine.types(session)
    expect([await world.text('src/a.txt'), types.indexOf('checkpoint.restored') < types.indexOf('turn.ended')]).toEqual(['mine', true])
  })

  it('is told where it lies in what no checkpoint holds', async () => {
    const world = await joined({ ...denied, match: { verb: 'write', path: '.git/hooks/**' } })
    execFileSync('git', ['init', '-q', world.host.workspace])
    const session = await world.create([{ shell: 'echo evil > .git/hooks/pre-commit' }, { say: 'done' }])
    await world.ended(session)
    const notices = (await world.engine.log(session)).flatMap(({ type, data }) => (type === 'notice.given' ? [(data as { text: string }).text] : []))
    expect(notices).toEqual([expect.stringContaining('.git/hooks/pre-commit stayed as it is: no checkpoint holds it.')])
  })

  it.each(['allow', 'deny'] as const)('is kept aside where a rule asks; after %s it is where it belongs', async (word) => {
    const world = await joined(asked)
    await world.put('docs/a.md', 'old')
    const session = await world.create([{ shell: 'echo new > docs/a.md; chmod +x docs/a.md; echo made > docs/b.md' }, { shell: 'cat docs/*' }, { say: 'done' }])
    await world.ended(session)
    expect((await world.outputs(session)).at(-1)).toBe('old')
    expect((await world.engine.view(session)).asks).toMatchObject([{ title: expect.stringMatching(/changed docs\/a\.md and docs\/b\.md: keep these changes\?$/) }])
    await world.answer(session, word)
    if (word === 'allow') await expect.poll(() => world.count(session, 'checkpoint.restored')).toBe(2)
    const mode = (await lstat(world.path('docs/a.md'))).mode & 0o111
    expect([await world.text('docs/a.md'), await world.text('docs/b.md'), mode !== 0]).toEqual(word === 'allow' ? ['new\n', 'made\n', true] : ['old', undefined, false])
    // The next turn begins from there.
    await world.engine.command(session, { type: 'turn.start', text: 'PLAN:[{"shell":"cat docs/a.md"}]' })
    await world.ended(session, 2)
    expect((await world.outputs(session)).at(-1)).toBe(word === 'allow' ? 'new' : 'old')
    expect(await world.count(session, 'file.changed')).toBe(1)
  })

  it('stays where a person has changed the file meanwhile: their work is kept, and a yes does not undo it', async () => {
    const world = await joined(asked)
    for (const name of ['a', 'b']) await world.put(`docs/${name}.md`, 'old')
    const session = await world.create([{ shell: 'echo new | tee docs/a.md > docs/b.md' }, { say: 'done' }])
    await world.ended(session)
    await world.put('docs/b.md', 'a person was here')
    await world.answer(session, 'allow')
    await expect.poll(() => world.count(session, 'checkpoint.restored')).toBe(2)
    expect([await world.text('docs/a.md'), await world.text('docs/b.md')]).toEqual(['new\n', 'a person was here'])
    expect((await world.outputs(session)).at(-1)).toBe('Kept by a person: docs/a.md. docs/b.md stayed as it is: it was changed again meanwhile.')
  })
})

/** The host alone: the test is the engine, and says when. */
describe('an order to take files back', () => {
  async function changed() {
    const [shadow, homeDir, work] = [await folder('shadow'), await folder('home'), await folder('work')]
    const workspaces = { open, shadow }
    await writeFile(join(work, 'a.txt'), 'old')
    const first = await hostWorld({ workspaces, homeDir })
    const setup = { workspace: { mode: 'here', path: work } } as const
    first.run('t1', [{ shell: 'echo new > a.txt' }, { say: 'done' }], setup)
    await first.settled('t1')
    const [{ from: to = '', to: left = '', changes } = { changes: [] }] = first.facts('files.changed')
    const order = (restore: string) => ({ type: 'files.restore', session: 'ses_1', tree: 'ses_1', restore, workspace: work, paths: changes.map(({ path }) => ({ path, to, left })) }) as const
    const restart = async (world: Awaited<ReturnType<typeof hostWorld>>, epoch: string) => {
      await world.host.close()
      return hostWorld({ workspaces, homeDir, epoch })
    }
    return { first, setup, work, order, restart, text: () => readFile(join(work, 'a.txt'), 'utf8') }
  }
  const restored = async (world: Awaited<ReturnType<typeof hostWorld>>, count: number) => {
    await expect.poll(() => world.facts('files.restored').length, { timeout: 10_000 }).toBe(count)
    return world.facts('files.restored').at(-1)
  }

  it('leaves a file that a person has changed since, and says so', async () => {
    const { first, work, order, text } = await changed()
    await writeFile(join(work, 'a.txt'), 'by hand')
    first.order(order('r1'))
    expect(await restored(first, 1)).toMatchObject({ restore: 'r1', restored: [], conflicts: [{ path: join(work, 'a.txt'), reason: 'changed' }] })
    expect(await text()).toBe('by hand')
  })

  it('is carried out by a host that was started again, without a program, and once more without harm', async () => {
    const { first, work, order, restart, text } = await changed()
    const second = await restart(first, 'epo_2')
    second.order(order('r1'))
    second.order(order('r1'))
    expect(await restored(second, 1)).toMatchObject({ restore: 'r1', restored: [join(work, 'a.txt')], conflicts: [] })
    expect(await text()).toBe('old')
    expect(await second.commands()).toEqual([])
    const third = await restart(second, 'epo_3')
    third.order(order('r1'))
    expect(await restored(third, 1)).toMatchObject({ restored: [], unchanged: [join(work, 'a.txt')], conflicts: [] })
  })

  it('is done before a call that is allowed after it runs', async () => {
    const { first, setup, order } = await changed()
    first.verdict = (call) => {
      first.order(order('r1'))
      return call.call.startsWith('t2') ? { type: 'allow' } : undefined
    }
    first.run('t2', [{ shell: 'cat a.txt' }, { say: 'done' }], setup)
    await first.settled('t2')
    expect(first.facts('call.done').at(-1)?.output).toBe('old')
    const types = first.numbered().map(({ fact }) => fact.type)
    expect(types.indexOf('files.restored')).toBeLessThan(types.lastIndexOf('call.done'))
  })

  it('says why nothing could be done', async () => {
    const { first, work, order } = await changed()
    first.order({ ...order('r1'), paths: [{ path: join(work, 'a.txt'), to: '0'.repeat(40), left: '0'.repeat(40) }] })
    expect(await restored(first, 1)).toMatchObject({ restored: [], error: expect.stringContaining('no checkpoint') })
    first.order({ ...order('r2'), workspace: join(work, 'gone'), session: 'ses_2' })
    expect(await restored(first, 2)).toMatchObject({ restore: 'r2', error: expect.stringContaining('is not there') })
  })
})

describe('the feed', () => {
  it('gives two calls that overlap the last state before each look', async () => {
    const [shadow, home, work] = [await folder('shadow'), await folder('home'), await folder('work')]
    const facts: HostFact[] = []
    const box = await createOffOmnibox({ clock: realClock, ids: countingIds() }).open({ name: 'off', workspace: work, home })
    const feed = createChangeFeed({ root: work, clock: realClock, fact: (fact) => facts.push(fact), open: () => open({ box, workspace: work, home, shadow }), failed: (error) => facts.push({ type: 'files.unseen', reason: String(error) }) })
    onTestFinished(async () => {
      await feed.close()
      await box.close()
    })
    feed.turnStarted()
    for (const call of ['c1', 'c2']) feed.callWanted({ call, actions: [] })
    await feed.told()
    await writeFile(join(work, 'one'), '1')
    feed.callEnded('c1')
    await feed.told()
    await writeFile(join(work, 'two'), '2')
    feed.callEnded('c2')
    await feed.told()
    const [start, first, second] = facts.flatMap((fact) => (fact.type === 'checkpoint.made' ? [fact.checkpoint] : []))
    expect(facts.filter(({ type }) => type === 'files.changed')).toMatchObject([{ call: 'c1', from: start, to: first }, { call: 'c2', from: first, to: second }])
    // Both go back to where they began, whichever order comes first.
    const paths = ['one', 'two'].map((name, index) => ({ path: join(work, name), to: [start, first][index] ?? '', left: [first, second][index] ?? '' }))
    for (const [index, path] of paths.entries()) await feed.restore({ type: 'files.restore', session: 's', tree: 's', restore: `r${index}`, workspace: work, paths: [path] })
    expect(facts.filter(({ type }) => type === 'files.restored')).toMatchObject([{ restored: [join(work, 'one')] }, { restored: [join(work, 'two')] }])
    feed.callEnded('c3')
    await feed.told()
    expect(facts.filter(({ type }) => type === 'files.changed')).toHaveLength(2)
  })
})
