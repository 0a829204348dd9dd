import { expect, it } from 'vitest'
import { engineWorld } from '../support/engine-world.ts'

it('hands out the start before anything that follows it, without gap or duplicate', async () => {
  const world = await engineWorld()
  const session = await world.create('one')
  const heard: number[] = []
  const opening = world.engine.open(session, { after: 0, items: 1 }, { events: (events) => heard.push(...events.map((event) => event.seq)), delta: () => undefined })
  const renames = Promise.all(Array.from({ length: 20 }, (_, index) => world.command(session, { type: 'session.rename', title: `name ${index}` })))
  const opened = await opening
  await renames
  expect(heard).toEqual([])
  heard.push(...opened.events.map((event) => event.seq))
  opened.begin()
  expect(heard).toEqual((await world.log(session)).map((event) => event.seq))
  opened.close()
  await world.command(session, { type: 'session.rename', title: 'unheard' })
  expect(heard.at(-1)).toBe((await world.log(session)).length - 1)
})

it('gives a late joiner the current partial and from then on exactly what the first one hears', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create('stream')
  const { turn } = await world.host.order('turn.run')
  const pieces = Array.from({ length: 2_000 }, (_, index) => `piece ${index} 🐙 `)
  const whole = pieces.join('')
  const joins = new Set(Array.from({ length: 50 }, (_, index) => (index * 397 + 11) % pieces.length))
  const texts: { text: string }[] = []
  const join = async () => {
    const mine = { text: '' }
    texts.push(mine)
    const opened = await world.engine.open(session, { items: 1 }, { events: () => undefined, delta: (delta) => {
      expect(delta.offset).toBe(mine.text.length)
      mine.text += delta.text
    } })
    mine.text = opened.partials.find((partial) => partial.kind === 'text')?.text ?? ''
    opened.begin()
  }
  const joining: Promise<void>[] = []
  let offset = 0
  for (const [index, text] of pieces.entries()) {
    if (joins.has(index)) joining.push(join())
    world.host.say({ type: 'delta', session, turn, item: 'm', kind: 'text', offset, text })
    offset += text.length
    if (index % 100 === 0) await new Promise(setImmediate)
  }
  await Promise.all(joining)
  expect(texts).toHaveLength(50)
  for (const { text } of texts) expect(text).toBe(whole)
})
