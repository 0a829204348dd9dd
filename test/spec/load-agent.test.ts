import { readFile, readdir } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/spec/app-error.ts'
import { AgentFile } from '../../src/spec/agent/agent-file.ts'
import { loadAgent } from '../../src/spec/agent/load-agent.ts'
import { corpusFolder, corpusRequest } from './agent-corpus.ts'
import { loadGood, loadText, problemsOf } from './agent-files.ts'

describe('the example of the design', () => {
  it('loads exactly as written', async () => {
    const result = await loadAgent(corpusRequest(`${corpusFolder}good/polly.yaml`))
    expect(result).toMatchObject({
      ok: true, warnings: [],
      agent: {
        name: 'polly', prompt: 'You orchestrate coding sub-agents.', harness: ['omni'], tools: ['read', 'edit', 'delegate'], sandbox: {},
        workspace: { mode: 'here' }, limits: { depth: 4, children: 16 }, inherit: 'user',
        sub_agents: [
          { name: 'claude-code', harness: ['claude-code'], tools: ['read', 'edit', 'shell', 'web'], workspace: { mode: 'worktree' }, limits: {} },
          { name: 'codex', harness: ['codex'] },
          { name: 'pi', harness: ['pi'] },
        ],
      },
    })
  })

  it('keeps its hash: the resolved form is what trust and logs refer to', async () => {
    expect(await loadAgent(corpusRequest(`${corpusFolder}good/polly.yaml`))).toMatchObject({ hash: 'fa22a80f2c3eaaf1a6c3743ff5232d1d4c0be4c7db4026a07d36ce96d7e04819' })
  })
})

describe('names', () => {
  it('come from the file, or its folder, when none is given', async () => {
    const name = async (path: string) => (await loadGood({ [path]: '{}' }, { path })).agent.name
    expect(await name('/a/code-reviewer.yaml')).toBe('code-reviewer')
    expect(await name('/a/My Agent 2.yml')).toBe('my-agent-2')
    expect(await name('/a/reviewer/agent.yaml')).toBe('reviewer')
    expect(await name('/a/漢字.yaml')).toBe('agent')
  })

  it('of sub-agents are unique: repeated ones are numbered, stated ones stay', async () => {
    const { agent } = await loadAgent(corpusRequest(`${corpusFolder}good/sub-agents-nested.yaml`)).then((result) => (result.ok ? result : Promise.reject(new Error('does not load'))))
    expect(agent.sub_agents.map(({ name }) => name)).toEqual(['codex', 'codex-3', 'codex-2', 'acp-gemini'])
    expect(agent.sub_agents[3]?.sub_agents.map(({ name }) => name)).toEqual(['pi', 'agent'])
  })
})

it('answers every misspelt field with the field', async () => {
  for (const field of Object.keys(AgentFile.shape)) {
    const result = await loadText(`prompt: x\n${field}x: 1\n`)
    expect(result.ok ? [] : result.problems).toMatchObject([{ line: 2, column: 1, length: field.length + 1, hint: field === 'prompt' ? expect.any(String) as string : `did you mean "${field}"?` }])
  }
})

it('gives workspaces of their own only to sub-agents that can change files', async () => {
  const { agent } = await loadGood('sub_agents:\n  - {harness: pi, tools: [read]}\n  - {harness: pi, tools: [shell]}\n  - {harness: pi, workspace: {mode: temp}}\n')
  expect(agent.sub_agents.map(({ workspace }) => workspace.mode)).toEqual(['here', 'worktree', 'temp'])
})

it('offers every declared MCP server when tools says nothing', async () => {
  expect((await loadGood('mcp: {docs: {url: "https://docs.example"}}')).agent.tools).toEqual(['read', 'edit', 'shell', 'web', { mcp: 'docs' }])
})

describe('files an agent points to', () => {
  it('are found from the folder of the file that names them, absolute ones as they are', async () => {
    const { agent } = await loadGood({
      '/agents/main.yaml': 'prompt: {file: ../RULES.md}\nsub_agents: [{file: sub/child.yaml}]', '/RULES.md': 'rules\n',
      '/agents/sub/child.yaml': 'prompt: {file: ./own.md}\nsub_agents: [{file: /elsewhere/leaf.yaml}]', '/agents/sub/own.md': 'own', '/elsewhere/leaf.yaml': 'prompt: leaf',
    }, { folders: ['/'] })
    expect([agent.prompt, agent.sub_agents[0]?.prompt, agent.sub_agents[0]?.sub_agents[0]?.prompt]).toEqual(['rules\n', 'own', 'leaf'])
  })

  it('are not read outside the folder of the agent, the workspace and the agent folders', async () => {
    const asked: string[] = []
    const main = 'prompt: {file: ../key}\nskills: [/home/ada/.ssh]\ntools: [{function: ../../t.ts#f}]\nsub_agents: [{file: ../agents2/a.yaml}, {file: x/../../agents/sub/b.yaml}]'
    const load = (folders: readonly string[]) => problemsOf({}, {
      folders, readFile: (path) => {
        asked.push(path)
        return Promise.resolve(path === '/agents/main.yaml' ? main : 'prompt: x')
      },
    })
    const refusal = (place: string, path: string) => `${place} "${path}" is outside the agent's folder and the workspace; reading it is not available yet`
    expect(await load([])).toEqual([refusal('1:16', '/key'), refusal('2:10', '/home/ada/.ssh'), refusal('3:20', '/t.ts'), refusal('4:21', '/agents2/a.yaml')])
    expect(asked).toEqual(['/agents/main.yaml', '/agents/sub/b.yaml'])
    expect(await load(['/home/ada', '/agents2'])).toEqual([refusal('1:16', '/key'), refusal('3:20', '/t.ts')])
  })

  it('are looked up by name beside the file first, then in the given folders, in order', async () => {
    const files = { '/agents/main.yaml': 'sub_agents: [{agent: x}, {agent: y}, {agent: z}]', '/agents/agents/x.yaml': 'prompt: own', '/one/x.yaml': 'prompt: one', '/one/y/agent.yaml': 'prompt: one', '/two/y.yaml': 'prompt: two', '/two/z.yml': 'prompt: two' }
    const { agent } = await loadGood(files, { agentFolders: ['/one', '/two'] })
    expect(agent.sub_agents.map(({ name, prompt }) => [name, prompt])).toEqual([['x', 'own'], ['y', 'one'], ['z', 'two']])
  })

  it('may be named twice, but not in a circle', async () => {
    const files = { '/agents/main.yaml': 'sub_agents: [{file: a.yaml}, {file: a.yaml}]', '/agents/a.yaml': 'sub_agents: [{file: b.yaml}]' }
    expect(await problemsOf({ ...files, '/agents/b.yaml': '{}' })).toEqual([])
    expect(await problemsOf({ ...files, '/agents/b.yaml': 'sub_agents:\n  - file: ./../agents/a.yaml' }))
      .toEqual(['2:11 agents refer to each other in a circle: "a.yaml" → "b.yaml" → "a.yaml"'])
  })

  it('are bounded in number, however they multiply', async () => {
    const files = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`/agents/a${index}.yaml`, `sub_agents: [{file: a${index + 1}.yaml}, {file: a${index + 1}.yaml}]`]))
    expect(await problemsOf({ ...files, '/agents/a12.yaml': '{}' }, { path: '/agents/a0.yaml' })).toEqual([expect.stringMatching('this agent is made of more than 100 agents')])
  })

  it('are bounded in size together', async () => {
    const big = `prompt: ${'x'.repeat(150_000)}`
    const files = { '/agents/main.yaml': `sub_agents: [${'{file: big.yaml}, '.repeat(8)}]`, '/agents/big.yaml': big }
    expect(await problemsOf(files)).toEqual([expect.stringMatching(/at most 1048576 are stored/)])
    expect(await problemsOf({ ...files, '/agents/main.yaml': `sub_agents: [${'{file: big.yaml}, '.repeat(60)}]` })).toEqual([expect.stringMatching(/more than 2097152 bytes together/)])
  })

  it('that may not be read are a problem at the place that names them', async () => {
    const readFile = (path: string) => (path === '/agents/main.yaml' ? Promise.resolve('prompt: {file: link.md}') : Promise.reject(new AppError('forbidden', `${path} is a link that leads out`)))
    expect(await problemsOf({}, { readFile })).toEqual(['1:16 /agents/link.md is a link that leads out'])
  })

  it('that fail for any other reason are a bug, and say so', async () => {
    await expect(loadText({}, { readFile: () => Promise.reject(new TypeError('bug')) })).rejects.toThrow('bug')
  })
})

describe('a file that is not there', () => {
  it('is a problem with what may be meant', async () => {
    const result = await loadText({ '/agents/polly.yaml': '{}' }, { path: '/agents/poly.yaml' })
    expect(result).toMatchObject({ ok: false, problems: [{ file: '/agents/poly.yaml', line: 1, message: 'there is no file "poly.yaml"', hint: 'did you mean "polly.yaml"?' }] })
  })

  it('may be a folder with an agent.yaml', async () => {
    expect((await loadGood({ '/agents/polly/agent.yaml': '{}' }, { path: '/agents/polly' })).agent.name).toBe('polly')
  })
})

it('reports problems of the file, of what it points to and of its sub-agents together', async () => {
  const problems = await problemsOf({ '/agents/main.yaml': 'nam: x\nprompt: {file: p.md}\nsub_agents: [{file: c.yaml}, {harnes: pi}]', '/agents/p.md': 'a\u0000', '/agents/c.yaml': 'tools: [raed]' })
  expect(problems).toHaveLength(4)
})

it('changes the hash with every file that belongs to the agent', async () => {
  const files = { '/agents/main.yaml': 'prompt: {file: p.md}\nskills: [s]\ntools: [{function: ./t.ts#f}]\nsub_agents: [{file: c.yaml}]', '/agents/p.md': 'p', '/agents/s/SKILL.md': 's', '/agents/t.ts': 't', '/agents/c.yaml': '{}' }
  const { hash } = await loadGood(files)
  expect((await loadGood(files)).hash).toBe(hash)
  for (const [path, text] of Object.entries({ '/agents/p.md': 'P', '/agents/s/SKILL.md': 'S', '/agents/t.ts': 'T', '/agents/c.yaml': 'effort: low' })) {
    expect((await loadGood({ ...files, [path]: text })).hash).not.toBe(hash)
  }
})

it('hashes what a file means, not how it is written', async () => {
  const { hash } = await loadGood('name: a\ntools: [read]\n')
  expect((await loadGood('# comment\n"tools":\n  - read\nname: "a"\n')).hash).toBe(hash)
})

it('loads every shipped agent without a problem or warning', async () => {
  const folder = new URL('../../agents/', import.meta.url).pathname
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml'))
  expect(names).toEqual(expect.arrayContaining(['hello.yaml', 'reviewer.yaml']))
  for (const name of names) {
    const result = await loadAgent(corpusRequest(folder + name, { knownHarnesses: [...corpusRequest('').knownHarnesses, { id: 'scripted', available: true }] }))
    expect(result).toMatchObject({ ok: true, warnings: [], agent: { name: name.replace('.yaml', ''), description: expect.any(String) as string } })
    expect(await readFile(folder + name, 'utf8')).toMatch(/^# /)
  }
})
