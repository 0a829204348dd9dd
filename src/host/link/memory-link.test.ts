import { expect, it } from 'vitest'
import { createMemoryLink } from './memory-link.ts'

it('delivers in order, also what was sent before anybody listened', async () => {
  const link = createMemoryLink()
  const heard: string[] = []
  link.host.send({ type: 'synced' })
  link.engine.onMessage((message) => heard.push(message.type))
  link.host.send({ type: 'reply', id: '1', readiness: [] })
  expect(heard).toEqual([])
  await Promise.resolve()
  await Promise.resolve()
  expect(heard).toEqual(['synced', 'reply'])
})

it('loses what is under way when it is cut, and tells both ends', async () => {
  const link = createMemoryLink()
  const heard: string[] = []
  link.engine.onMessage((message) => heard.push(message.type))
  link.host.send({ type: 'synced' })
  link.cut()
  await link.host.closed
  await link.engine.closed
  link.host.send({ type: 'synced' })
  await Promise.resolve()
  expect(heard).toEqual([])
})

it('reaches the fault points of its direction', () => {
  const points: string[] = []
  const link = createMemoryLink((point) => points.push(point))
  link.host.send({ type: 'synced' })
  link.engine.send({ type: 'session.close', session: 's' })
  expect(points).toEqual(['link.to-engine.before', 'link.to-engine.after', 'link.to-host.before', 'link.to-host.after'])
})
