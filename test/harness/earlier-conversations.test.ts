import { appendFile, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { claudeConversations } from '../../src/harness/claude-code/earlier-conversations.ts'
import { codexConversations } from '../../src/harness/codex/earlier-conversations.ts'
import { piConversations } from '../../src/harness/pi/earlier-conversations.ts'
import type { EarlierConversations } from '../../src/spec/ports/earlier-conversations.ts'
import { startModelStub } from '../model-stub/model-stub.ts'
import { furnishHome, type HandProgram, sayByHand } from '../support/by-hand.ts'

/** Records that the real programs wrote, read back; and what hostile or broken ones do to the reader. */
const readers: Record<HandProgram, EarlierConversations> = { 'claude-code': claudeConversations, codex: codexConversations, pi: piConversations }
const plan = (...steps: object[]) => `PLAN:${JSON.stringify(steps)}`

describe.each(Object.entries(readers) as [HandProgram, EarlierConversations][])('%s', (id, reader) => {
  let dir = ''
  let home = ''
  let folder = ''
  let record = ''
  const place = () => ({ env: { HOME: home }, workspace: folder })

  beforeAll(async () => {
    dir = await realpath(await mkdtemp(join(tmpdir(), 'omni-hand-')))
    home = join(dir, 'home')
    // Its name is written with dashes; so is another's.
    folder = join(dir, 'my proj.é', 'x')
    await mkdir(folder, { recursive: true })
    const stub = await startModelStub()
    await furnishHome(home, stub.url)
    await sayByHand(id, { home, folder, stub: stub.url }, `The word is KIWI. ${plan({ say: 'Looking.' }, { shell: 'echo out; exit 3' }, { say: 'Noted.' })}`)
    await stub.close()
    const files = await readdir(home, { recursive: true })
    record = join(home, files.find((file) => /(sessions|projects)\/.*\.jsonl$/.test(file)) ?? '')
    return async () => rm(dir, { recursive: true, force: true })
  }, 60_000)

  /** The record as it is, changed for one test. */
  async function changed(change: (text: string) => string): Promise<void> {
    const text = await readFile(record, 'utf8')
    onTestFinished(() => writeFile(record, text))
    await writeFile(record, change(text))
  }
  const idOf = () => /([0-9a-f]{8}-[0-9a-f-]{27})\.jsonl$/.exec(record)?.[1] ?? ''
  const one = async () => {
    const [found, ...others] = await reader.list(place())
    expect(others).toEqual([])
    return found
  }

  it('names it, and reads what was said and called', async () => {
    const found = await one()
    expect(found).toMatchObject({ title: expect.stringMatching(/^The word is KIWI/), turns: 1, updatedAt: expect.any(Number) })
    const read = await reader.read(place(), found?.id ?? '')
    expect(read?.leftOut).toBeUndefined()
    expect(read?.parts).toMatchObject([
      { kind: 'prompt', text: expect.stringMatching(/^The word is KIWI/), at: expect.any(Number) }, { kind: 'message', text: 'Looking.' },
      { kind: 'tool', title: 'echo out; exit 3', outcome: 'error', output: expect.stringContaining('out') }, { kind: 'message', text: 'Noted.' },
    ])
  })

  it('is of this very folder, not of one whose name looks the same with dashes', async () => {
    const twin = join(dir, 'my proj-é', 'x')
    await mkdir(twin, { recursive: true })
    for (const workspace of [twin, join(dir, 'my-proj-é-x'), join(folder, '..', '..', 'elsewhere'), dir, '/', '']) expect(await reader.list({ env: { HOME: home }, workspace })).toEqual([])
    const found = await one()
    expect(await reader.read({ env: { HOME: home }, workspace: twin }, found?.id ?? '')).toBeUndefined()
  })

  it('passes over lines that are no JSON, that are cut off, too long, or of shapes that nobody knows', async () => {
    const junk = ['{', 'null', '[1]', '{"type":"user"}', '{"type":"response_item","payload":7}', '{"type":"message","message":[]}', `{"parentUuid":"${'x'.repeat(5_000_000)}"}`, '\u0000\uffff', '{"type":"assistant","message":{"content":[null,{"type":"tool_use"}]}}']
    const whole = await reader.read(place(), (await one())?.id ?? '')
    await changed((text) => {
      const [first = '', ...rest] = text.split('\n')
      return [first, ...junk, ...rest].join('\n')
    })
    const said = (read: typeof whole) => read?.parts.filter(({ kind }) => kind !== 'tool')
    expect(said(await reader.read(place(), (await one())?.id ?? ''))).toEqual(said(whole))
  })

  it('reads the newest of a record that is longer than it reads', async () => {
    const filler = `{"parentUuid":null,"filler":"${'f'.repeat(1_000_000)}"}\n`
    await changed((text) => {
      const [first = '', ...rest] = text.split('\n')
      return `${first}\n${filler.repeat(34)}${rest.join('\n')}`
    })
    expect((await one().catch(() => undefined))?.turns).toBeUndefined()
    const read = await reader.read(place(), idOf())
    expect(read?.parts.map(({ kind }) => kind)).toEqual(['prompt', 'message', 'tool', 'message'])
    expect(read?.leftOut).toContain('too long')
  })

  it('follows no link and waits for no pipe', async () => {
    const id0 = idOf()
    const linked = '00000000-0000-7000-8000-000000000001'
    const [link, pipe] = [record.replace(id0, linked), record.replace(id0, '00000000-0000-7000-8000-000000000002')]
    onTestFinished(async () => Promise.all([link, pipe].map((file) => rm(file))).then(() => undefined))
    await symlink(record, link)
    execFileSync('mkfifo', [pipe])
    await one()
    expect(await reader.read(place(), linked)).toBeUndefined()
  })

  it('knows only ids that it lists, no paths', async () => {
    for (const wanted of ['', '.', '..', '../../../etc/passwd', record, `${idOf()}/`, `${idOf()}.jsonl`]) expect(await reader.read(place(), wanted)).toBeUndefined()
  })

  it('has none where there are none, and none that nobody asked anything in', async () => {
    expect(await reader.list({ env: { HOME: join(dir, 'nowhere') }, workspace: folder })).toEqual([])
    await changed((text) => text.split('\n').filter((line) => !line.includes('KIWI')).join('\n'))
    expect(await reader.list(place())).toEqual([])
  })

  it('lists the newest first, and so many', async () => {
    const text = await readFile(record, 'utf8')
    const id0 = idOf()
    const made = Array.from({ length: 35 }, (_, index) => `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`)
    onTestFinished(async () => Promise.all(made.map((each) => rm(record.replace(id0, each)))).then(() => undefined))
    for (const [index, each] of made.entries()) {
      await writeFile(record.replace(id0, each), text.replaceAll(id0, each))
      await utimes(record.replace(id0, each), 1_000 + index, 1_000 + index)
    }
    const found = await reader.list(place())
    expect([found.length, found[0]?.id, found[1]?.id]).toEqual([30, id0, made[34]])
  })
})

it('reads only the branch that claude stands on, results of calls that were made together, and no word of the program itself', async () => {
  const home = await mkdtemp(join(tmpdir(), 'omni-hand-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  const folder = join(home, '.claude', 'projects', '-w')
  await mkdir(folder, { recursive: true })
  const id = '00000000-0000-4000-8000-000000000000'
  const line = (uuid: string, parentUuid: string | null, type: string, content: unknown, more = {}) => `${JSON.stringify({ uuid, parentUuid, type, cwd: '/w', message: { role: type, content }, ...more })}\n`
  const use = (call: string) => [{ type: 'tool_use', id: call, name: 'Bash', input: { command: call } }]
  const result = (call: string) => [{ type: 'tool_result', tool_use_id: call, content: [{ type: 'text', text: `of ${call}` }] }]
  await appendFile(join(folder, `${id}.jsonl`), [
    line('a', null, 'user', 'first'), line('b', 'a', 'assistant', [{ type: 'text', text: 'left' }]),
    line('c', 'a', 'assistant', use('one')), line('d', 'c', 'assistant', use('two')), line('r1', 'c', 'user', result('one')), line('r2', 'd', 'user', result('two')),
    line('s', 'r2', 'assistant', [{ type: 'text', text: 'of a sub-agent' }], { isSidechain: true }),
    line('z', null, 'system', '', { subtype: 'compact_boundary', logicalParentUuid: 'r2' }), line('k', 'z', 'user', 'a summary', { isCompactSummary: true }),
    line('m', 'k', 'user', '<command-name>/model</command-name><command-args>opus</command-args>'), line('n', 'm', 'user', '<local-command-stdout>x</local-command-stdout>'),
    line('o', 'n', 'user', [{ type: 'text', text: 'last' }, { type: 'image' }]), `${JSON.stringify({ type: 'custom-title', customTitle: 'My own name' })}\n`,
  ].join(''))
  const place = { env: { HOME: home }, workspace: '/w' }
  expect(await claudeConversations.list(place)).toMatchObject([{ title: 'My own name', turns: 3 }])
  const read = await claudeConversations.read(place, id)
  expect(read?.parts.map((part) => (part.kind === 'tool' ? `${part.title}: ${part.output}` : part.text))).toEqual(['first', 'one: of one', 'two: of two', '/model opus', 'last'])
})
