import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OpenWorld, StoreWorld } from './store-world.ts'
import { TreeBuilder } from './tree-builder.ts'

export function indexCases(open: OpenWorld): void {
  let world: StoreWorld
  beforeEach(async () => { world = await open() })
  afterEach(() => world.end())
  const make = async (tree: string, at: number, title = tree) => {
    const builder = new TreeBuilder(world.store.sessions, tree)
    builder.now = at
    return builder.created(title).store()
  }
  const list = async (query: object = {}) => (await world.store.index.list({ limit: 100, ...query })).rows.map((row) => row.session)
  const found = async (text: string) => (await world.store.index.search(text, 50)).map((hit) => `${hit.session}/${hit.key}`)

  describe('list', () => {
    it('is newest first and pages without losing or repeating while sessions are added', async () => {
      for (let index = 0; index < 25; index += 1) await make(`s${String(index).padStart(2, '0')}`, 1_000 + Math.floor(index / 3))
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const page = await world.store.index.list({ limit: 4, ...(cursor === undefined ? {} : { cursor }) })
        seen.push(...page.rows.map((row) => row.session))
        cursor = page.next
        await make(`new${seen.length}`, 9_000)
      } while (cursor !== undefined)
      expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => `s${String(24 - index).padStart(2, '0')}`))
    })

    it('filters by archive, label and words together', async () => {
      const red = await make('red', 1, 'Paint the fence')
      await red.add('session.labelled', { labels: { colour: 'red' } }).turn('how?', 'with a brush').store()
      const blue = await make('blue', 2, 'Paint the door')
      await blue.add('session.labelled', { labels: { colour: 'blue' } }).add('session.archived', { archived: true }).store()
      expect(await list({ archived: false })).toEqual(['red'])
      expect(await list({ archived: true })).toEqual(['blue'])
      expect(await list({ label: { name: 'colour' } })).toEqual(['blue', 'red'])
      expect(await list({ label: { name: 'colour', value: 'red' } })).toEqual(['red'])
      expect(await list({ text: 'paint' })).toEqual(['blue', 'red'])
      expect(await list({ text: 'brush pain' })).toEqual(['red'])
      expect(await list({ text: 'brush door' })).toEqual([])
      expect(await list({ text: '  ' })).toEqual(['blue', 'red'])
      expect(await list({ text: '***' })).toEqual([])
    })

    it('refuses a cursor that is none', async () => {
      for (const cursor of ['x', '', 'bnVsbA', '../../etc']) {
        await expect(world.store.index.list({ limit: 3, cursor })).rejects.toMatchObject({ code: 'invalid' })
      }
    })

    it('names trees that have work', async () => {
      const queued = await make('queued', 1)
      await queued.add('queue.added', { prompt: 'p', text: 'later' }).store()
      await make('idle', 2)
      expect(await world.store.index.active()).toEqual(['queued'])
      await queued.add('queue.removed', { prompt: 'p' }).store()
      expect(await world.store.index.active()).toEqual([])
    })
  })

  describe('search', () => {
    it('finds titles, prompts and messages by all words and by the start of a word', async () => {
      const tree = await make('s1', 1, 'Über den Wolken')
      await tree.turn('Where is the café?', 'The Café is at src/base/line-splitter.ts').store()
      expect(await found('uber wol')).toEqual(['s1/0'])
      expect(await found('CAFE')).toEqual(['s1/3', 's1/2'])
      expect(await found('caf where')).toEqual(['s1/2'])
      expect(await found('line-split')).toEqual(['s1/3'])
      expect(await found('splitter-line')).toEqual([])
      const [hit] = await world.store.index.search('café where', 1)
      expect(hit).toEqual({ session: 's1', title: 'Über den Wolken', key: 2, excerpt: 'Where is the \u0002café\u0003?' })
    })

    it('finds characters inside text that has no spaces', async () => {
      const tree = await make('s1', 1)
      await tree.turn('请修复登录页面', 'ログインを修正').store()
      expect(await found('登录')).toEqual(['s1/2'])
      expect(await found('修正')).toEqual(['s1/3'])
      expect(await found('录登')).toEqual([])
    })

    it('takes any text as words, never as syntax', async () => {
      const tree = await make('s1', 1, 'plain')
      await tree.turn('NEAR AND OR NOT', 'a "quoted" b* (c)').store()
      for (const text of ['"', '""" AND', 'a OR', '*', '(', 'NEAR(', 'title:plain', '-', '^x', '\u0000', 'a\ud800', "' OR 1=1 --", '}{', 'x'.repeat(5_000), 'w '.repeat(500)]) {
        await expect(world.store.index.search(text, 10)).resolves.toBeInstanceOf(Array)
        await expect(world.store.index.list({ text, limit: 10 })).resolves.toBeDefined()
      }
      expect(await found('AND not')).toEqual(['s1/2'])
      expect(await found('"quoted"')).toEqual(['s1/3'])
    })

    it('forgets what was rewound, renamed, erased or removed', async () => {
      const tree = await make('s1', 1, 'Oldname')
      await tree.turn('apple', 'banana').turn('cherry', 'damson').store()
      expect(await found('apple')).toEqual(['s1/2'])
      await tree.add('session.rewound', { to: 4 }).add('session.renamed', { title: 'Newname' }).store()
      expect(await found('cherry')).toEqual([])
      expect(await found('oldname')).toEqual([])
      expect(await found('newname')).toEqual(['s1/0'])
      await world.store.sessions.erase('s1', [2], 99)
      expect(await found('apple')).toEqual([])
      expect(await found('banana')).toEqual(['s1/3'])
      await world.store.sessions.remove('s1')
      expect(await found('banana')).toEqual([])
      expect(await found('newname')).toEqual([])
      expect(await list()).toEqual([])
    })

    it('goes on finding while many are added', async () => {
      const tree = await make('s1', 1)
      for (let index = 0; index < 150; index += 1) tree.turn(`question ${index}`, `answer number${index}`)
      await tree.store()
      expect(await found('number149')).toHaveLength(1)
      expect(await world.store.index.search('answer', 7)).toHaveLength(7)
      await world.reopen()
      expect(await found('number3')).toHaveLength(11)
    })
  })
}
