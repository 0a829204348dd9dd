import { expect, it } from 'vitest'
import { explainAgent } from '../../src/spec/agent/explain-agent.ts'
import { loadGood } from './agent-files.ts'

async function rowsOf(files: string | Readonly<Record<string, string>>): Promise<string[]> {
  return explainAgent(await loadGood(files)).map(({ path, value, source }) => `${path} = ${JSON.stringify(value)} (${source.replace('/agents/', '')})`)
}

it('says of each value where it was written, and of the rest that it is a default', async () => {
  const rows = await rowsOf('harness: codex\nsandbox:\n  hide: [a]\nworkspace: {base: main}\nlimits:\n  turns: 3\nenv: [LANG, {A: "${TOKEN}"}]\n')
  expect(rows).toEqual([
    'name = "main" (default)', 'prompt = "" (default)', 'harness = ["codex"] (main.yaml:1)', 'tools = ["read","edit","shell","web"] (default)', 'mcp = {} (default)', 'skills = [] (default)',
    'sub_agents = [] (default)', 'policies = [] (default)', 'sandbox.hide = ["a"] (main.yaml:3)', 'workspace.base = "main" (main.yaml:4)',
    'workspace.mode = "here" (default)', 'limits.depth = 4 (default)', 'limits.children = 16 (default)', 'limits.turns = 3 (main.yaml:6)', 'params = {} (default)', 'checks = {} (default)',
    'inherit = "user" (default)', 'secrets = {} (default)', 'env.pass = ["LANG"] (main.yaml:7)', 'env.set.A = "${TOKEN}" (main.yaml:7)',
  ])
})

it('follows values into other files', async () => {
  const rows = await rowsOf({ '/agents/main.yaml': 'prompt: {file: p.md}\nsandbox: read-only\nsub_agents:\n  - {file: c.yaml}\n  - harness: pi', '/agents/p.md': 'hello', '/agents/c.yaml': '# child\nharness: codex\ntools:\n  - read' })
  expect(rows).toEqual(expect.arrayContaining([
    'prompt = "hello" (p.md:1)', 'sandbox.profile = "read-only" (main.yaml:2)', 'sub_agents[0].harness = ["codex"] (c.yaml:2)', 'sub_agents[0].tools = ["read"] (c.yaml:4)',
    'sub_agents[0].inherit = "user" (default)', 'sub_agents[1].harness = ["pi"] (main.yaml:5)', 'sub_agents[1].name = "pi" (default)',
  ]))
})

it('says of each policy what keeps it, where that is known', async () => {
  const loaded = await loadGood('policies:\n  - {name: a, type: git, action: ask}\n')
  expect(explainAgent(loaded, { harness: 'pi', texts: ['tool gate'] }).at(-1)).toEqual({ path: 'policies[0] is kept by', value: 'tool gate', source: 'on pi' })
})

it('says which policies the network section stands for', async () => {
  const rows = await rowsOf({ '/agents/main.yaml': 'sandbox:\n  network:\n    default: deny\n    rules:\n      - {host: a.example, method: GET, action: allow}\nsub_agents:\n  - {file: c.yaml}\n', '/agents/c.yaml': 'sandbox: {network: {rules: [{url: "https://b.example/**", refs: [main], use_secret: forge, action: ask}]}}\n' })
  expect(rows.filter((row) => row.includes(' is = '))).toEqual([
    'sandbox.network.rules[0] is = "sandbox.network#1: allow network where host: a.example, method: GET" (main.yaml:5)',
    'sandbox.network.default is = "sandbox.network#default: deny network by default" (main.yaml:3)',
    'sub_agents[0].sandbox.network.rules[0] is = "sandbox.network#1: ask network where url: https://b.example/** pushing main with the secret forge" (c.yaml:1)',
  ])
})
