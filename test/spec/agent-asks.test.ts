import { describe, expect, it } from 'vitest'
import { beyondWorkspace } from '../../src/spec/agent/beyond-workspace.ts'
import { agentFeatures, unavailableParts } from '../../src/spec/agent/unavailable-parts.ts'
import { loadGood } from './agent-files.ts'

async function asksOf(text: string, workspace?: string) {
  const loaded = await loadGood(text)
  return beyondWorkspace(loaded.agent, { ...loaded, ...(workspace === undefined ? {} : { workspace }) }).map(({ field, place }) => `${field}@${place?.line}`)
}

describe('beyondWorkspace', () => {
  it.each([
    ['sandbox: open', ['sandbox.profile@1']],
    ['sandbox: off', ['sandbox.profile@1']],
    ['sandbox:\n  profile: off', ['sandbox.profile@2']],
    ['sandbox: {read: [data, /etc, "~/x", ../y, a/../../b], write: [/tmp]}', ['sandbox.read[1]@1', 'sandbox.read[2]@1', 'sandbox.read[3]@1', 'sandbox.read[4]@1', 'sandbox.write[0]@1']],
    ['sandbox: {env: [LANG]}', ['sandbox.env[0]@1']],
    ['sandbox: {network: {default: allow}}', ['sandbox.network.default@1']],
    ['sandbox:\n  network:\n    rules:\n      - {host: a.example, action: allow}\n      - {host: b.example, action: ask, use_secret: x}', ['sandbox.network.rules[0]@4', 'sandbox.network.rules[1]@5']],
    ['policies:\n  - {name: a, type: network, match: {host: a.example}, use_secret: x, action: allow}\n  - {name: b, type: network, action: allow}', ['policies[0]@2']],
    ['mcp: {files: {command: files}}', ['mcp.files.command@1']],
    ['mcp: {docs: {url: "${DOCS_URL}", headers: {A: "${TOKEN}"}}}', ['mcp.docs.url@1', 'mcp.docs.headers.A@1', 'mcp.docs.url@1']],
    ['env: [LANG, TERM]', ['env@1', 'env@1']],
    ['env: {A: "${TOKEN}"}', ['env.A@1', 'env.A@1']],
    ['env: {A: b}', ['env.A@1']],
    ['mcp: {docs: {url: "https://docs.example"}}', ['mcp.docs.url@1']],
    ['secrets: [github]', ['secrets@1']],
    ['workspace:\n  setup: [npm ci]\n  teardown: [x]', ['workspace.setup[0]@2', 'workspace.teardown[0]@3']],
    ['sub_agents:\n  - harness: pi\n    sub_agents:\n      - harness: pi\n        sandbox: off', ['sub_agents[0].sub_agents[0].sandbox.profile@5']],
  ])('names what %j asks for', async (text, asks) => {
    expect(await asksOf(text)).toEqual(asks)
  })

  it.each([
    '{}', 'sandbox: read-only', 'sandbox: workspace', 'sandbox: {hide: ["**/*.pem"], read: [data], network: {default: deny, rules: [{host: a.example, action: deny}, {host: b.example, action: ask}]}}',
    'workspace: {run: npm start, setup: []}', 'tools: [read, edit, shell, web, delegate]', 'checks: {t: {command: npm test}}',
  ])('finds nothing to ask in %j', async (text) => {
    expect(await asksOf(text)).toEqual([])
  })

  it('names the secret that goes with a request', async () => {
    const loaded = await loadGood('sandbox: {network: {rules: [{host: a.example, action: allow, use_secret: x}, {host: b.example, action: allow}]}}')
    expect(beyondWorkspace(loaded.agent, loaded).map(({ reason }) => reason)).toEqual(['network requests to "a.example" with the secret "x"', 'network requests to "b.example"'])
  })

  it('takes paths in the workspace for inside, wherever it is', async () => {
    expect(await asksOf('sandbox: {read: [/work/app/data, /work/application]}', '/work/app')).toEqual(['sandbox.read[1]@1'])
  })

  it('asks for every file outside the agent folder, the workspace and trusted folders', async () => {
    const loaded = await loadGood({
      '/agents/main.yaml': 'prompt: {file: ../../home/ada/.ssh/id}\nskills: [/x/skill, own]\ntools: [{function: ../t.ts#f}]\nsub_agents: [{file: ../c.yaml}, {file: own/d.yaml}]',
      '/home/ada/.ssh/id': 'key', '/x/skill/SKILL.md': 's', '/agents/own/SKILL.md': 's', '/t.ts': 't', '/c.yaml': '{}', '/agents/own/d.yaml': '{}',
    }, { folders: ['/'] })
    const fields = (more: object) => beyondWorkspace(loaded.agent, { ...loaded, ...more }).map(({ field }) => field)
    expect(fields({})).toEqual(['prompt', 'skills[0]', 'tools[0]', 'sub_agents[0]'])
    expect(fields({ workspace: '/home/ada', trustedFolders: ['/x'] })).toEqual(['tools[0]', 'sub_agents[0]'])
    expect(fields({ workspace: '/' })).toEqual([])
  })

  it('without an origin takes every path for outside', async () => {
    const { agent } = await loadGood({ '/agents/main.yaml': 'skills: [own]', '/agents/own/SKILL.md': 's' })
    expect(beyondWorkspace(agent).map(({ field }) => field)).toEqual(['skills[0]'])
  })

  it('shows exactly what would run, be set or be reached', async () => {
    const { agent } = await loadGood('env: {NODE_OPTIONS: "--require ./x.js"}\nmcp:\n  a: {command: npx, args: [-y, "it\'s; rm", ""], env: {B: "c d"}}\n  b: {url: "https://b.example", headers: {X: "1"}}\nworkspace: {setup: ["npm ci && x"]}')
    expect(beyondWorkspace(agent).flatMap(({ field, exact }) => (exact === undefined ? [] : [`${field}: ${exact}`]))).toEqual([
      'env.NODE_OPTIONS: NODE_OPTIONS=--require ./x.js', String.raw`mcp.a.command: B='c d' npx -y 'it'\''s; rm' ''`, 'mcp.b.url: https://b.example\nX: 1', 'workspace.setup[0]: npm ci && x',
    ])
  })
})

describe('unavailableParts', () => {
  it('names what a build without a feature would drop in silence', async () => {
    const { agent, sources } = await loadGood('policies: [{name: x, type: tool, action: ask}]\nlimits: {depth: 4, usd: 5}\ntools: [read, delegate, review]\nsub_agents: [{harness: pi}]\nsandbox: {hide: [x], limits: {pids: 9}}\ninherit: none\nworkspace: {run: x}\nchecks: {t: {command: x}}\nmcp: {d: {url: "https://d.example"}}')
    const found = unavailableParts(agent, new Set(), sources)
    expect(found.map(({ field, place }) => `${field}@${place?.line}`)).toEqual([
      'policies@1', 'sub_agents@4', 'tools[1]@3', 'tools[2]@3', 'mcp.d@9', 'sandbox.limits@5', 'workspace.run@7', 'limits.usd@2', 'checks.t@8', 'inherit@6',
    ].map((line) => (line === 'sub_agents@4' ? 'sub_agents@undefined' : line)))
    expect(unavailableParts(agent, new Set(agentFeatures.filter((feature) => feature !== 'worktree')), sources).map(({ field }) => field)).toEqual(['sub_agents[0].workspace.mode'])
    expect(unavailableParts(agent, new Set(agentFeatures), sources)).toEqual([])
  })

  it('has nothing to say about a plain agent', async () => {
    expect(unavailableParts((await loadGood('prompt: x\nharness: pi\nmodel: opus\neffort: low\nparams: {a: 1}')).agent, new Set())).toEqual([])
  })
})
