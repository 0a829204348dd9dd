import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expandVariables, splitReferences, variableNames } from '../../src/spec/agent/references.ts'
import { loadGood, loadText, problemsOf } from './agent-files.ts'

describe('parameters', () => {
  const file = 'params:\n  branch: main\n  budget: {type: number, default: 1}\n  deep: {type: boolean, default: false}\nprompt: "${branch} ${budget} ${deep} $${branch}"\nlimits: {usd: "${budget}"}\n'

  it('stand in text as text, and alone as what they are', async () => {
    const { agent } = await loadGood(file)
    expect(agent).toMatchObject({ prompt: 'main 1 false ${branch}', limits: { usd: 1 }, params: { branch: 'main', budget: 1, deep: false } })
  })

  it('take values from a person, read by their type', async () => {
    const { agent } = await loadGood(file, { params: { branch: 'dev', budget: '2.5', deep: 'true' } })
    expect(agent).toMatchObject({ prompt: 'dev 2.5 true ${branch}', limits: { usd: 2.5 }, params: { budget: 2.5, deep: true } })
  })

  it.each([
    [{ budget: 'lots' }, '3:3 the value given for "budget" must be a number, not "lots"'],
    [{ budget: '' }, '3:3 the value given for "budget" must be a number, not ""'],
    [{ deep: 'yes' }, '4:3 the value given for "deep" must be true or false, not "yes"'],
    [{ brnch: 'x' }, '1:1 there is no parameter "brnch"'],
  ])('refuse %j', async (params, problem) => {
    expect(await problemsOf(file, { params })).toEqual([problem])
  })

  it('without a value are asked for, and nothing else is wrong then', async () => {
    const result = await loadText('params: {topic: {type: text, description: what about, options: [a, b]}, n: {type: integer}}\nlimits: {turns: "${n}"}\nprompt: ${topic}')
    expect(result).toMatchObject({
      ok: false, problems: [{ code: 'open-parameter' }, { code: 'open-parameter' }],
      openParams: [{ name: 'topic', type: 'text', description: 'what about', options: ['a', 'b'] }, { name: 'n', type: 'integer' }],
    })
  })

  it('without a value do not hide other problems', async () => {
    expect(await problemsOf('params: {topic: {type: text}}\nprompt: ${topic}\nharnes: x')).toEqual(['1:10 parameter "topic" has no value', '3:1 unknown key "harnes"'])
  })

  it('are seen by inline sub-agents, which may have their own', async () => {
    const { agent } = await loadGood('params: {a: 1, b: 2}\nsub_agents:\n  - {harness: pi, params: {b: 3}, prompt: "${a} ${b}"}\n  - {file: c.yaml}'.replace('\n  - {file: c.yaml}', ''))
    expect(agent.sub_agents[0]).toMatchObject({ prompt: '1 3', params: { b: 3 } })
  })

  it('are not seen by agents of other files', async () => {
    expect(await problemsOf({ '/agents/main.yaml': 'params: {a: 1}\nsub_agents: [{file: c.yaml}]', '/agents/c.yaml': 'prompt: ${a}' })).toEqual(['1:9 there is no parameter "a"'])
  })

  it('put nothing into a shell command that could be more than one word', async () => {
    const check = (value: string) => problemsOf('params: {v: main}\nworkspace: {setup: ["git checkout ${v}"]}', { params: { v: value } })
    for (const value of ['main', 'a/b-c', 'v1.2', 'x=1,y']) expect(await check(value)).toEqual([])
    for (const value of ['a b', '$(id)', '`id`', 'a;b', 'a|b', '-rf', "a'b", 'a"b', 'a\\b', 'a&b', 'a\nb', '~', '*', '', '>x', '!x', '{a,b}', '#']) expect(await check(value)).toHaveLength(1)
  })

  it('cannot smuggle in a host variable', async () => {
    for (const value of ['${TOKEN}', '$', '$${', 'a$']) {
      expect(await problemsOf('params: {v: a}\nenv: {X: "${v}{TOKEN} ${LANG}"}', { params: { v: value } })).toEqual(['2:11 parameter "v" stands beside environment variables; its value must not contain $'])
    }
    const { agent } = await loadGood('params: {v: a}\nenv: {X: "${v}{TOKEN} ${LANG} $${v}"}', { params: { v: '{TOKEN}' } })
    expect(expandVariables(agent.env.set['X'] ?? '', { TOKEN: 'secret', LANG: 'C' })).toEqual({ text: '{TOKEN}{TOKEN} C ${v}', missing: [] })
  })

  it('stay numbers nowhere that text is wanted', async () => {
    const { agent } = await loadGood('params: {port: 3000}\nprompt: "${port}"\nenv: {PORT: "${port}"}\nchecks: {t: {command: "${port}"}}')
    expect(agent).toMatchObject({ prompt: '3000', env: { set: { PORT: '3000' } }, checks: { t: { command: '3000' } } })
  })
})

describe('environment variables', () => {
  it('stay references in the resolved agent', async () => {
    const { agent } = await loadGood('env: {COPY: "a ${TOKEN}"}\nmcp: {docs: {url: "${DOCS_URL}/mcp", headers: {Authorization: "Bearer ${TOKEN}"}}, x: {command: x, env: {T: "${TOKEN}"}}}')
    expect(agent.env.set).toEqual({ COPY: 'a ${TOKEN}' })
    expect(agent.mcp['docs']).toEqual({ url: '${DOCS_URL}/mcp', headers: { Authorization: 'Bearer ${TOKEN}' } })
    expect(JSON.stringify(agent)).not.toContain('token-value')
  })

  it('are not shown when an address made of them is wrong', async () => {
    const result = await loadText('mcp: {docs: {url: "${TOKEN}"}}')
    expect(result).toMatchObject({ ok: false, problems: [{ message: 'mcp.docs.url must be an http:// or https:// address' }] })
    expect(JSON.stringify(result)).not.toContain('token-value')
  })

  it('are not found in what objects inherit', async () => {
    expect(await problemsOf('env: {A: "${constructor}", B: "${__proto__}"}')).toEqual(['1:11 environment variable constructor is not set', '1:32 environment variable __proto__ is not set'])
  })
})

describe('splitReferences', () => {
  it('loses nothing, whatever the text', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.constantFrom('${', '$${', '}', '$', '{', 'a', '${a}', '\n'), fc.string()), { maxLength: 12 }).map((parts) => parts.join('')), (text) => {
      expect(splitReferences(text).map((part) => (part.type === 'escape' ? '$${' : part.text)).join('')).toBe(text)
    }))
  })

  it('names the variables of a text, and those that are missing', () => {
    expect(variableNames('${A} $${B} ${C} ${d-e}')).toEqual(['A', 'C'])
    expect(expandVariables('${A}-${B}', { A: '1' })).toEqual({ text: '1-', missing: ['B'] })
  })
})
