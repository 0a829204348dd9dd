import { describe, expect, it } from 'vitest'
import type { Action } from '../../spec/actions.ts'
import { summarise } from './tool-summary.ts'

const of = (tool: string, input: unknown, actions: readonly Action[] = [], title = tool) =>
  summarise({ tool, title, input: { text: typeof input === 'string' ? input : JSON.stringify(input) }, actions: [...actions] })
const exec: Action = { kind: 'exec', command: 'ls -la', outbound: 'unknown' }
const write: Action = { kind: 'file.write', path: '/w/a.ts', outbound: false }

describe('summarise', () => {
  it('shows a command as it runs', () => {
    expect(of('Bash', { command: 'ls -la', description: 'List' }, [exec])).toMatchObject({ kind: 'command', verb: 'Run', target: 'ls -la' })
    expect(of('shell', { command: ['git', 'status'] }, [exec])).toMatchObject({ target: 'git status' })
  })

  it('shows a line of several commands whole, not one of them', () => {
    expect(of('execute', {}, [exec, { kind: 'exec', command: 'rm -rf x', outbound: 'unknown' }], 'ls -la; rm -rf x')).toMatchObject({ target: 'ls -la; rm -rf x' })
    expect(of('execute', {}, [exec], 'list')).toMatchObject({ target: 'ls -la' })
  })

  it('shows the beginning of a turn as that', () => {
    expect(of('turn', { model: 'large' }, [{ kind: 'model.call', model: 'large', outbound: true }], 'a turn on pi, large')).toMatchObject({ kind: 'model', verb: 'Begin', target: 'a turn on pi, large' })
  })

  it('shows an edit by its file and its change', () => {
    expect(of('Edit', { file_path: '/w/a.ts', old_string: 'x', new_string: 'y' }, [write])).toMatchObject({ kind: 'edit', verb: 'Edit', target: '/w/a.ts', changes: [{ path: '/w/a.ts', old: 'x', new: 'y' }] })
    expect(of('edit', { path: 'a', oldText: 'x', newText: '' }, [write]).changes).toEqual([{ path: 'a', old: 'x', new: '' }])
  })

  it('shows several edits of one file', () => {
    const { changes, target } = of('MultiEdit', { file_path: 'a', edits: [{ old_string: '1', new_string: '2' }, { old_string: '3', new_string: '4' }] }, [write])
    expect(changes).toHaveLength(2)
    expect(target).toBe('a')
  })

  it('calls a new file written', () => {
    expect(of('Write', { file_path: 'a', content: 'text' }, [write])).toMatchObject({ verb: 'Write', changes: [{ old: '', new: 'text' }] })
  })

  it('never hides a command behind a file that it writes', () => {
    expect(of('shell', { command: 'ls > a', path: 'a', content: 'harmless' }, [exec, write])).toMatchObject({ kind: 'command', target: 'ls > a' })
  })

  it('shows reads and searches by what they look for', () => {
    expect(of('Read', { file_path: 'a.md' }, [{ kind: 'file.read', path: '/w/a.md', outbound: false }])).toMatchObject({ kind: 'read', target: 'a.md' })
    expect(of('Grep', { pattern: 'x+', path: 'src' })).toMatchObject({ kind: 'search', target: 'x+ in src' })
  })

  it.each(['', 'not json', '[1]', 'null', '{"path":{"deep":1}}'])('takes any input: %s', (input) => {
    expect(of('Odd', input, [], 'A title')).toMatchObject({ kind: 'other', target: 'Odd: A title', changes: [] })
  })

  it('quotes an input that is kept elsewhere', () => {
    const summary = summarise({ tool: 'Write', title: 'a', actions: [], input: { head: 'H', tail: 'T', bytes: 99_999, blob: '0'.repeat(64) } })
    expect(summary.raw).toBe('H\n…\nT')
  })
})

it('names the files of a question about what a command changed', () => {
  const item = { tool: 'files', title: '“make” changed a.ts and b.ts: keep these changes?', input: { text: 'modified  src/a b.ts\ncreated   b.ts' }, actions: [], about: 'c1' }
  expect(summarise(item)).toMatchObject({ kind: 'edit', verb: 'Keep', target: 'src/a b.ts, b.ts', changes: [] })
})
