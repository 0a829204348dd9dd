import { expect, it } from 'vitest'
import { treeLog, workspace } from '../../test/policy/tree-log.ts'
import type { Policy } from '../spec/policy/policy-schema.ts'
import { compilePolicies } from './compile-policies.ts'
import { startListsOfLog } from './lists-of-log.ts'

const policy = (name: string): Policy => ({ name, type: 'git', action: 'ask' })

it('finds every list that a log names, each once, and the server’s last one', () => {
  const log = treeLog({ agent: [policy('a')], session: [policy('s')] })
  const change = (level: string, ...policies: readonly unknown[]) => log.emit('policy.changed', { level, hash: '', policies } as never)
  change('server', policy('one'))
  change('server', policy('two'))
  log.open('child', 'root', 'helper', [policy('a')])
  log.emit('session.forked', { agent: { name: 'x', hash: 'h', spec: { policies: [policy('f')] } }, harness: 'scripted', workspace: { mode: 'here', path: workspace }, from: { tree: 'root', session: 'root', seq: 1 } } as never, 'fork')
  log.emit('session.created', { agent: { name: 'x', hash: 'h', spec: {} }, harness: 'scripted', workspace: { mode: 'here', path: workspace } } as never, 'bare')
  const found = startListsOfLog()
  expect([found.server.rules, found.lists]).toEqual([[], []])
  for (const event of log.events) found.take(event)
  expect(found.lists.map(({ level, rules }) => `${level}:${rules.map(({ policy: { name } }) => name).join(',')}`)).toEqual(['agent:a', 'session:s', 'server:one', 'server:two', 'agent:f', 'agent:'])
  expect(found.server.hash).toBe(compilePolicies('server', [policy('two')]).hash)
  expect(found.lists).toContain(found.server)
})
