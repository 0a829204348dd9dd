import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { SetupState } from '../../src/app/setup/look-around.ts'
import type { ModelList } from '../../src/spec/model-list.ts'
import { refusedKey } from '../model-stub/model-lists.ts'
import { setupWorld } from '../support/setup-world.ts'
import { openTerminal } from '../support/terminal.ts'

const saved = (home: string) => readdir(join(home, 'keys')).catch(() => [])

it('says which flags there are when there is no terminal to ask in', async () => {
  const { cli } = await setupWorld()
  const { code, stdout, stderr } = await cli.run(['setup'])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  for (const flag of ['--show', '--provider', '--key-env', '--gateway', '--login', '--default-harness', '--model', '--forget']) expect(stderr).toContain(flag)
})

it('saves a key once its service has taken it, from standard input or a variable, and again without harm', async () => {
  const { cli, stub, feed } = await setupWorld()
  cli.env['MY_OWN_KEY'] = 'sk-from-a-variable-77'
  for (const _again of [1, 2]) expect(await feed('sk-from-a-pipe-66\n', ['setup', '--provider', 'anthropic'])).toMatchObject({ code: 0, stderr: expect.stringContaining('listed 2 models') })
  expect(await cli.run(['setup', '--provider', 'google', '--key-env', 'MY_OWN_KEY'])).toMatchObject({ code: 0 })
  expect(stub.requests.map((each) => each.authorization)).toEqual(['sk-from-a-pipe-66', 'sk-from-a-pipe-66', 'sk-from-a-variable-77'])
  expect(await saved(cli.home)).toEqual(['anthropic', 'google'])
  expect((await stat(join(cli.home, 'keys', 'google'))).mode & 0o777).toBe(0o600)
  expect(await cli.run(['setup', '--forget', 'google'])).toMatchObject({ code: 0 })
  expect(await saved(cli.home)).toEqual(['anthropic'])
  expect(await cli.run(['setup', '--forget', 'google'])).toMatchObject({ code: 2, stderr: expect.stringContaining('Saved: anthropic') })
})

it('saves no key that is refused, in the service’s words; and one that nobody could check only when told to', async () => {
  const { cli, stub, feed } = await setupWorld()
  for (const provider of ['anthropic', 'openai', 'google']) {
    const { code, stdout, stderr } = await feed(refusedKey, ['setup', '--provider', provider, '--unchecked'])
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/Not saved\. .* answers 40[01]: (invalid x-api-key|Incorrect API key|API key not valid)/) })
    expect(stdout + stderr).not.toContain('stub-refused')
  }
  expect(await feed('two words', ['setup', '--provider', 'openai'])).toMatchObject({ code: 2, stderr: expect.not.stringContaining('two words') })
  await stub.close()
  expect(await feed('sk-not-checkable-1', ['setup', '--provider', 'openai'])).toMatchObject({ code: 3, stderr: expect.stringContaining('--unchecked') })
  expect(await saved(cli.home)).toEqual([])
  expect(await feed('sk-not-checkable-1', ['setup', '--provider', 'openai', '--unchecked'])).toMatchObject({ code: 0, stderr: expect.stringContaining('UNCHECKED') })
  expect(await saved(cli.home)).toEqual(['openai'])
})

it('asks in a terminal: a key that is not shown, the default harness by arrow keys, and shows what that changed', async () => {
  const { cli } = await setupWorld()
  await writeFile(join(cli.home, 'config.yaml'), '# mine\ntheme: dark\n')
  const terminal = openTerminal(cli, ['setup'])
  let seen = 0
  /** Waits for words behind those that were waited for before. */
  const read = async (words: string) => {
    await terminal.until((text) => text.includes(words, seen))
    seen = terminal.text().indexOf(words, seen) + words.length
  }
  const down = '\u001B[B'
  // A question that is open is marked so.
  const answer = async (question: string, keys: string) => {
    await read(`◆  ${question}`)
    terminal.type(keys)
  }
  await read('no credential')
  await answer('What now?', '')
  await answer('Whose key?', down)
  await answer('The key (it is not shown)', refusedKey)
  await read('Incorrect API key provided: [key]')
  await answer('What now?', '')
  await answer('Whose key?', '')
  await answer('The key (it is not shown)', 'sk-typed-unseen-55')
  await read('saved key: anthropic')
  await answer('What now?', down.repeat(3))
  await answer('For agents that name none', '')
  await read('Default harness: omni')
  await answer('What now?', down.repeat(6))
  await read('Run an agent: omni run')
  expect(terminal.text()).not.toMatch(/sk-typed-unseen|stub-refused/)
  expect(await readFile(join(cli.home, 'keys', 'anthropic'), 'utf8')).toBe('sk-typed-unseen-55\n')
  expect(await readFile(join(cli.home, 'config.yaml'), 'utf8')).toBe('# mine\ntheme: dark\ndefault_harness: omni\n')
})

it('shows what is here and what to do, as JSON too', async () => {
  const { cli } = await setupWorld()
  cli.env['ANTHROPIC_API_KEY'] = 'sk-of-the-environment-1'
  const { stdout } = await cli.run(['setup', '--json'])
  const state = JSON.parse(stdout) as SetupState
  const row = (id: string) => state.harnesses.find(({ harness }) => harness === id)
  expect(row('omni')).toMatchObject({ state: 'ready', credential: { kind: 'environment', from: 'ANTHROPIC_API_KEY' }, next: [] })
  expect(row('pi')).toMatchObject({ state: 'missing', next: [expect.stringContaining('omni harness install pi')] })
  expect(state.providers.find(({ id }) => id === 'openrouter')).toMatchObject({ saved: false })
  expect(stdout).not.toContain('sk-of-the-environment')
})

it('keeps the last good list of models and shows it with its age when nobody answers', async () => {
  const { cli, stub, feed } = await setupWorld()
  await feed('sk-lists-models-1', ['setup', '--provider', 'anthropic'])
  const lists = async (...flags: string[]) => (JSON.parse((await cli.run(['models', '--harness', 'omni', '--json', ...flags])).stdout) as { lists: ModelList[] }).lists[0]
  const first = await lists()
  expect(first).toMatchObject({ default: 'anthropic/claude-sonnet-4-5', models: [{ id: 'anthropic/claude-stub-large' }, { id: 'anthropic/claude-stub-small' }], aliases: expect.arrayContaining([{ name: 'opus', model: 'anthropic/claude-opus-4-5' }]) })
  const asked = stub.requests.length
  expect((await lists())?.at).toBe(first?.at)
  expect(stub.requests.length).toBe(asked)
  await lists('--refresh')
  expect(stub.requests.length).toBeGreaterThan(asked)
  await stub.close()
  expect(await lists('--refresh')).toMatchObject({ models: first?.models, at: expect.any(Number), problem: expect.stringContaining('ECONNREFUSED') })
  expect((await cli.run(['models', '--harness', 'omni', '--refresh'])).stdout).toMatch(/claude-stub-large[\s\S]*from Anthropic.*(just now|min ago)[\s\S]*! .*ECONNREFUSED/)
})

it('says what was looked for when an agent has no harness that can run, and where to go', async () => {
  const { cli } = await setupWorld()
  await writeFile(join(cli.folder, 'two.yaml'), 'name: two\nharness: [claude-code, codex]\n')
  const { code, stderr } = await cli.run(['run', 'two.yaml', '-p', 'hi'])
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/claude-code \(Claude Code is not installed on this machine\), codex \(.*\)\. Run: omni setup/) })
  expect(await cli.run(['run', 'hello', '-p', 'PLAN:[{"say":"Played."}]'])).toMatchObject({ code: 0, stderr: expect.stringContaining('For a real one: omni setup') })
})
