import { describe, expect, it } from 'vitest'
import { foreignDialects } from '../../src/app/harness-registry.ts'
import type { LoadRequest } from '../../src/spec/agent/load-request.ts'
import { loadGood, loadText, problemsOf } from './agent-files.ts'

const more: Partial<LoadRequest> = { foreign: foreignDialects, knownHarnesses: [{ id: 'claude-code', available: true }, { id: 'claude-sdk', available: false }, { id: 'codex', available: true }, { id: 'pi', available: true }] }
const kindOf = async (text: string) => (await loadGood(text, more)).kind
const markdown = (matter: string, body = 'Do it.') => ({ ...more, path: '/agents/main.md', readFile: (path: string) => Promise.resolve(path === '/agents/main.md' ? `---\nname: main\ndescription: x\n${matter}\n---\n${body}` : undefined) })
const toolsOf = async (matter: string) => (await loadGood({}, markdown(matter))).agent.tools
const lossesOf = async (matter: string) => (await loadGood({}, markdown(matter))).warnings.map(({ line, message }) => `${line} ${message}`)

describe('the kind of a file', () => {
  it.each([
    ['prompt: x\nname: a', 'native'], ['spec_version: 1\nprompt: x', 'python-bundle'], ['prompt: x\nexecutor: {type: omnigent, config: {harness: pi}}', 'python-bundle'],
    ['prompt: x\nexecutor: {harness: pi}', 'python-file'], ['name: a\ninstructions: x', 'python-file'], ['name: a\nprompt: x\ntimers: false', 'python-file'],
    ['prompt: x\ntools: {docs: {type: mcp, url: "https://d.example"}}', 'python-file'],
  ])('of %j is %s', async (text, kind) => {
    expect(await kindOf(text)).toBe(kind)
  })

  it('is native in doubt, so that nothing is dropped by a wrong guess', async () => {
    expect(await problemsOf('name: a\nexecutor: {harness: pi}\nlimits: {usd: 5}', more)).toEqual(['2:1 unknown key "executor"'])
    expect(await problemsOf('name: a\nexecutor: pi', more)).toEqual(['2:1 unknown key "executor"'])
    expect(await problemsOf('instructions: x', more)).toEqual(['1:1 unknown key "instructions"'])
  })

  it('of Markdown is refused where nobody knows its words', async () => {
    expect(await problemsOf({ '/agents/main.md': '---\nname: a\n---\nx' }, { path: '/agents/main.md' })).toEqual(['1:1 Markdown agent files are not read here'])
  })
})

describe('problems in a translated file', () => {
  it('are placed in the foreign text', async () => {
    expect(await problemsOf('name: a\nprompt: x\nexecutor:\n  harness: nobody\n  model: two words\n', more)).toEqual(['4:12 there is no harness "nobody"', '5:10 model must be a model id without spaces'])
  })

  it('keep size and depth', async () => {
    expect(await problemsOf(`executor: {harness: pi}\nprompt: ${'['.repeat(60)}`, more)).toEqual([expect.stringContaining('nested deeper than 40')])
    expect(await problemsOf({}, markdown('', 'x'.repeat(200_001)))).toEqual([expect.stringContaining('prompt must have at most 200000 characters')])
    expect(await problemsOf({}, markdown('', 'x'.repeat(262_144)))).toEqual([expect.stringContaining('at most 262144 are read')])
  })
})

describe('a sub-agent of a native file may be foreign', () => {
  it('with its own report', async () => {
    const files = { '/agents/main.yaml': 'sub_agents: [{file: r.md}, {file: b}]', '/agents/r.md': '---\nname: reviewer\ntools: Read, Grep, Glob\ncolor: red\n---\nReview.', '/agents/b/config.yaml': 'spec_version: 1\nexecutor: {config: {harness: pi}}\nos_env: {}' }
    const { agent, warnings, kind } = await loadGood(files, more)
    expect([kind, ...agent.sub_agents.map(({ name, harness, tools }) => [name, ...harness, ...tools])]).toEqual(['native', ['reviewer', 'claude-code', 'read'], ['b', 'pi', 'read', 'edit', 'shell']])
    expect(warnings.map(({ file, line, message }) => `${file}:${line} ${message}`)).toEqual(['/agents/r.md:4 color is not carried: agents have no colour here'])
  })
})

describe('tools of a sub-agent file', () => {
  it.each([
    ['tools: Read, Grep, Glob', ['read']],
    ['tools: [Read, Grep, Glob, Edit, Write, Bash, WebFetch, WebSearch, Task]', ['read', 'edit', 'shell', 'web', 'delegate']],
    ['tools: TodoWrite', []], ['tools: []', []], ['tools: "*"', ['read', 'edit', 'shell', 'web']], ['tools: Holodeck', []],
    ['disallowedTools: Write, Edit', ['read', 'shell', 'web']], ['disallowedTools: Bash, WebFetch, WebSearch', ['read', 'edit']], ['disallowedTools: "*"', []],
    ['tools: Read, Grep, Glob, Bash\ndisallowedTools: Bash', ['read']],
    ['tools: Bash(git *), Bash', ['shell']], ['tools: "Bash(a && b)"', []], ['tools: Edit(/src/**)', []],
    ['tools: mcp__docs\nmcpServers: {docs: {url: "https://d.example"}}', [{ mcp: 'docs' }]],
    ['tools: Read, Grep, Glob\nmcpServers: {docs: {url: "https://d.example"}}', ['read']],
  ])('%j give %j', async (matter, tools) => {
    expect(await toolsOf(matter)).toEqual(tools)
  })

  it('never give more without a word', async () => {
    expect(await lossesOf('tools: Grep')).toEqual(['4 read is wider: it gives Read and Glob as well'])
    expect(await lossesOf('tools: Edit')).toEqual(['4 edit is wider: it gives Write as well'])
    expect(await lossesOf('tools: Read, Grep, Glob, Edit, Write, Bash, WebFetch, WebSearch')).toEqual([])
  })

  it('do not expand variables where we do not, without a word', async () => {
    expect(await lossesOf('tools: mcp__d\nmcpServers: {d: {command: d, args: ["${HOME}"], env: {A: "${HOME}"}}}')).toEqual(['5 ${…} in mcpServers.d.args stays as it is: variables are put into env, url and headers only'])
  })

  it('are kept by policies where a capability is too wide', async () => {
    const { agent } = await loadGood({}, markdown('tools: Bash(git log:*)\ndisallowedTools: Bash(git push *)'))
    expect(agent.policies).toEqual([
      { name: 'commands', type: 'exec', default: 'deny' }, { name: 'commands-allowed', type: 'exec', match: { argv: ['git log *'] }, action: 'allow' },
      { name: 'commands-denied', type: 'exec', match: { argv: ['git push *'] }, action: 'deny' },
    ])
  })
})

describe('hostile Markdown of 256 KiB', () => {
  const size = 256 * 1024 - 100
  it.each([
    ['plain lines', 'a: b: c\n'], ['different plain lines', undefined], ['spaces', ' '], ['spaces and line ends', '  \n'], ['dashes', '---\n'], ['brackets', 'tools: Bash(((('], ['commas', ','], ['references', '${a}'],
  ])('of %s comes back in time with a bounded report', async (_name, scrap) => {
    const filler = scrap === undefined ? Array.from({ length: 20_000 }, (_, index) => `k${index}: b: c\n`).join('').slice(0, size) : scrap.repeat(size / scrap.length)
    for (const text of [`---\n${filler}\n---\nx`, `---\nname: a\ntools: a${filler}\n---\nx`, `---\nname: a\n---\n${filler}`]) {
      const result = await loadText({}, { ...more, path: '/agents/main.md', readFile: (path) => Promise.resolve(path === '/agents/main.md' ? text : undefined) })
      expect((result.ok ? result.warnings : result.problems).length).toBeLessThanOrEqual(201)
    }
  }, 10_000)
})
