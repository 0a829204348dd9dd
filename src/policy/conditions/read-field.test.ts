import { describe, expect, it } from 'vitest'
import { actor, factsOf } from '../../../test/policy/facts-of.ts'
import { exec, install, opaque, push, read, remove, request, write } from '../../../test/policy/tree-log.ts'
import type { Action } from '../../spec/actions.ts'
import type { Facts } from '../facts.ts'
import { readField } from './read-field.ts'

const valueOf = (action: Action, name: string, more: Partial<Facts> = {}) => {
  const field = readField(factsOf(action, more), name)
  return field.state === 'known' ? field.value : field.state
}

describe('what every action has', () => {
  it('is of who acts and when', () => {
    expect(['subject', 'harness', 'depth', 'agent', 'window'].map((name) => valueOf(push(), name))).toEqual(['git.push', 'scripted', 0, 'coder', factsOf(push()).now])
    expect(valueOf(push(), 'depth', { actor: { ...actor, depth: 2 } })).toBe(2)
  })
  it('is, as its agent, the one that a spawn starts', () => {
    expect([valueOf({ kind: 'spawn', agent: 'helper', outbound: false }, 'agent'), valueOf(opaque('$X'), 'agent', { possibly: 'spawn' })]).toEqual(['helper', 'unknown'])
  })
  it('is observed only where the change was seen after the fact', () => {
    expect([valueOf(write('a', { observed: true }), 'observed'), valueOf(write('a'), 'observed'), valueOf(push(), 'observed'), valueOf(write('a', { observed: true }), 'observed', { possibly: 'file.write' })]).toEqual([true, false, false, false])
  })
  it('reaches out or not, as far as anybody can tell', () => {
    const wire = { wire: true, kernel: false, restore: false }
    expect([valueOf(push(), 'outbound'), valueOf(write('a'), 'outbound'), valueOf(exec('x'), 'outbound')]).toEqual([true, false, 'unknown'])
    // What a command sends, the gateway sees; what an MCP server sends, it does not.
    expect([valueOf(exec('x'), 'outbound', { planes: wire }), valueOf({ kind: 'mcp.call', server: 's', tool: 't', outbound: 'unknown' }, 'outbound', { planes: wire })]).toEqual([false, 'unknown'])
    expect(valueOf(exec('x', { outbound: true }), 'outbound', { possibly: 'git.push' })).toBe('unknown')
  })
})

describe('what actions of a kind have', () => {
  it.each<[Action, string, unknown]>([
    [push(), 'verb', 'push'], [push(), 'force', false], [push(), 'host', 'none'], [install('a', 'b'), 'names', ['a', 'b']], [read('a'), 'path', 'a'], [exec('a b'), 'argv', ['a', 'b']], [opaque('$X'), 'argv', 'unknown'],
    [{ kind: 'exec', command: 'a $X', prefix: ['a'], outbound: 'unknown' }, 'argv', ['a', null]], [opaque('$X'), 'opaque', true], [exec('a'), 'opaque', false], [exec('a', { opaque: [] }), 'opaque', false], [exec('a', { cwd: '/x' }), 'cwd', '/x'], [exec('a'), 'cwd', 'unknown'],
    [write('a', { createdByAgent: true }), 'created_by_agent', true], [remove('a'), 'created_by_agent', 'unknown'], [{ ...remove('a'), createdByAgent: false } as Action, 'created_by_agent', false], [read('a'), 'created_by_agent', 'none'], [write('a', { bytes: 3 }), 'bytes', 3],
    [{ kind: 'net.request', host: 'x', bodyBytes: 7, outbound: true }, 'body_bytes', 7], [{ kind: 'net.request', host: 'unknown', outbound: true }, 'host', 'unknown'], [{ kind: 'net.request', host: 'unknown', outbound: true }, 'url', 'unknown'], [{ kind: 'secret.use', name: 'n', host: 'h', outbound: true }, 'host', 'h'],
    [{ kind: 'net.request', host: 'x', outbound: true }, 'url', 'https://x/'], [{ kind: 'net.request', host: 'x', scheme: 'http', port: 81, path: '/p', outbound: true }, 'url', 'http://x:81/p'], [{ kind: 'net.request', host: 'x', scheme: 'https', port: 443, path: '/p', outbound: true }, 'url', 'https://x/p'], [{ kind: 'net.request', host: '::1', scheme: 'http', port: 443, outbound: true }, 'url', 'http://[::1]:443/'],
    [request('GET', 'https://x/'), 'port', 443], [{ kind: 'net.request', host: 'x', scheme: 'http', port: 8_080, outbound: true }, 'port', 8_080], [{ kind: 'net.request', host: 'x', scheme: 'ssh', outbound: true }, 'port', 'unknown'], [{ kind: 'net.request', host: 'x', outbound: true }, 'port', 'unknown'],
    [{ kind: 'package.install', manager: 'npm', names: [], scripts: false, outbound: true }, 'scripts', false],
    [request('POST', 'https://x/'), 'writes', true], [request('GET', 'https://x/'), 'writes', false], [{ kind: 'net.request', host: 'x', outbound: true }, 'writes', 'unknown'],
  ])('%j: %s is %j', (action, name, value) => {
    expect(valueOf(action, name)).toEqual(value)
  })
  it('is unknown of what a line may be besides, but for its verb', () => {
    expect(['verb', 'ref', 'force'].map((name) => valueOf(opaque('$X'), name, { possibly: 'git.push' }))).toEqual(['push', 'unknown', 'unknown'])
  })
})
