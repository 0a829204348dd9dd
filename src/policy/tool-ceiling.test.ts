import { expect, it } from 'vitest'
import type { Action } from '../spec/actions.ts'
import { ceilingVerdict, serversBeyond } from './tool-ceiling.ts'

const read: Action = { kind: 'file.read', path: 'a', outbound: false }
const write: Action = { kind: 'file.write', path: 'a', outbound: false }
const exec: Action = { kind: 'exec', command: 'ls', outbound: 'unknown' }
const request: Action = { kind: 'net.request', host: 'example.org', outbound: true }
const served: Action = { kind: 'mcp.call', server: 'parrot', tool: 'repeat', outbound: 'unknown' }
const reader = { capabilities: ['read'], servers: [] }

it.each([[write, 'no edit'], [exec, 'no shell'], [request, 'no web'], [served, 'no the MCP server parrot']] as const)('refuses a reader %j: %s', (action, why) => {
  expect(ceilingVerdict(reader, [read, action])).toMatchObject({ verdict: 'deny', rule: 'agent/tools', message: expect.stringContaining(why) })
})

it('lets a reader read', () => {
  expect(ceilingVerdict(reader, [read])).toBeUndefined()
})

it('lets an edit read what it changes', () => {
  expect(ceilingVerdict({ capabilities: ['edit'], servers: [] }, [read, write])).toBeUndefined()
})

it('grants with the shell what a command does, and nothing without it', () => {
  expect(ceilingVerdict({ capabilities: ['shell'], servers: [] }, [exec, write, request])).toBeUndefined()
  expect(ceilingVerdict({ capabilities: ['read', 'web'], servers: [] }, [exec, request])).toMatchObject({ verdict: 'deny', message: expect.stringContaining('no shell') })
  expect(ceilingVerdict({ capabilities: ['shell'], servers: [] }, [write])).toMatchObject({ verdict: 'deny' })
})

it('grants MCP servers by name', () => {
  expect(ceilingVerdict({ capabilities: [], servers: ['parrot'] }, [served])).toBeUndefined()
  expect(ceilingVerdict({ capabilities: ['read', 'shell'], servers: ['other'] }, [served])).toMatchObject({ verdict: 'deny' })
  expect(serversBeyond({ capabilities: [], servers: ['other'] }, [served, exec, { ...served, server: 'other' }])).toEqual(['parrot'])
})

it('says nothing of what no capability stands for', () => {
  expect(ceilingVerdict({ capabilities: [], servers: [] }, [{ kind: 'other', tool: 'TodoWrite', outbound: 'unknown' }])).toBeUndefined()
})
