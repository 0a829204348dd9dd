import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type OmniCli, omniCli } from '../support/omni-cli.ts'
import { openTerminal } from '../support/terminal.ts'

const agent = (command: string) => `name: given
harness: scripted
env: [MARK]
workspace:
  setup: [${JSON.stringify(command)}]
`
const file = (cli: OmniCli) => join(cli.folder, 'given.yaml')
const log = (cli: OmniCli) => readFile(join(cli.folder, 'log'), 'utf8').catch(() => '')
// The words of the answer do not stand in the prompt, which the terminal shows too.
const prompt = ['-p', String.raw`PLAN:[{"say":"It \u0072an."}]`]

it('shows the card in the terminal before anything is made, and starts only what a person trusts', async () => {
  const cli = await omniCli()
  await writeFile(file(cli), agent(`echo ran >> log ${' '.repeat(150)}; true \u200d`))
  const first = openTerminal(cli, ['run', 'given.yaml', ...prompt])
  await first.until((text) => text.includes('Trust it?'))
  expect(first.text()).toContain('The agent "given" asks for more than its workspace:')
  expect(first.text()).toMatch(/• workspace\.setup\[0\] {3}\S*given\.yaml:5\n.*a command to run before the first turn\.\n\s+echo ran >> log \[151 spaces\] ; true \\u\{200D\}\n/)
  expect(first.text()).toMatch(/• env {3}\S*given\.yaml:3\n.*the host variable MARK/)
  first.type('')
  await first.until((text) => text.includes('Nothing was started.'))
  expect((await cli.run(['sessions', '--json'])).stdout).toContain('"sessions":[]')

  const once = openTerminal(cli, ['run', 'given.yaml', ...prompt])
  await once.until((text) => text.includes('Trust it?'))
  once.type('o')
  await once.until((text) => text.includes('It ran.'))
  expect(await log(cli)).toBe('ran\n')

  const remembered = openTerminal(cli, ['run', 'given.yaml', ...prompt])
  await remembered.until((text) => text.includes('Trust it?'))
  remembered.type('t')
  await remembered.until((text) => text.includes('It ran.'))
  const quiet = await cli.run(['run', 'given.yaml', ...prompt])
  expect([quiet.code, quiet.stdout]).toEqual([0, expect.stringContaining('It ran.')])

  await writeFile(file(cli), agent('echo changed >> log'))
  const changed = openTerminal(cli, ['run', 'given.yaml', ...prompt])
  await changed.until((text) => text.includes('Trust it?'))
  expect(changed.text()).toMatch(/new • workspace\.setup\[0\]/)
  expect(changed.text()).toMatch(/gone workspace\.setup\[0\].*\n.*1 new, 1 gone/)
  changed.type('n')
  await changed.until((text) => text.includes('Nothing was started.'))
  expect(await log(cli)).not.toContain('changed')
}, 90_000)

it('without a terminal refuses with the exact flag to use, and refuses another hash', async () => {
  const cli = await omniCli()
  await writeFile(file(cli), agent('echo ran >> log'))
  const refused = await cli.run(['run', 'given.yaml', ...prompt])
  const [, flag = '', hash = ''] = /omni run given\.yaml (--trust ([0-9a-f]{64}))/.exec(refused.stderr) ?? []
  expect([refused.code, refused.stdout, flag]).toEqual([4, '', `--trust ${hash}`])
  expect(JSON.parse((await cli.run(['agent', 'explain', 'given.yaml', '--json'])).stdout)).toMatchObject({ hash, trusted: 'no', asks: [{ field: 'env', line: 3 }, { field: 'workspace.setup[0]', line: 5 }] })
  expect(await cli.run(['run', 'given.yaml', ...prompt, '--json', '--trust', hash.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))])).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining(hash) })
  expect(await log(cli)).toBe('')
  expect((await cli.run(['run', 'given.yaml', ...prompt, '--trust', hash])).code).toBe(0)
  expect(await log(cli)).toBe('ran\n')
  expect((await cli.run(['run', 'given.yaml', ...prompt])).code).toBe(4)
}, 60_000)

it('trusts agents that lie in ~/.omnigent/agents, and lists and takes back what was trusted', async () => {
  const cli = await omniCli()
  await writeFile(file(cli), agent('echo ran >> log'))
  await mkdir(join(cli.home, 'agents'), { recursive: true })
  await writeFile(join(cli.home, 'agents', 'mine.yaml'), agent('echo mine >> log').replace('given', 'mine'))
  expect((await cli.run(['run', 'mine', ...prompt])).code).toBe(0)
  expect(await log(cli)).toBe('mine\n')
  expect(JSON.parse((await cli.run(['agent', 'explain', join(cli.home, 'agents', 'mine.yaml'), '--json'])).stdout)).toMatchObject({ trusted: 'place' })

  const remembered = openTerminal(cli, ['run', 'given.yaml', ...prompt])
  await remembered.until((text) => text.includes('Trust it?'))
  remembered.type('t')
  await remembered.until((text) => text.includes('It ran.'))
  const [record] = JSON.parse((await cli.run(['trust', 'list', '--json'])).stdout) as { hash: string; name: string }[]
  expect(record).toMatchObject({ name: 'given', asks: [{ field: 'env' }, { exact: 'echo ran >> log' }] })
  expect((await cli.run(['trust', 'remove', record?.hash ?? ''])).code).toBe(0)
  expect(await cli.run(['trust', 'remove', record?.hash ?? ''])).toMatchObject({ code: 2, stderr: expect.stringContaining('omni trust list') })
  expect((await cli.run(['run', 'given.yaml', ...prompt])).code).toBe(4)
}, 60_000)

it('asks before the first turn of a session that came from another machine', async () => {
  const [there, here] = [await omniCli(), await omniCli()]
  await writeFile(file(there), agent('echo ran >> log'))
  const { hash } = JSON.parse((await there.run(['agent', 'explain', 'given.yaml', '--json'])).stdout) as { hash: string }
  await there.run(['run', 'given.yaml', ...prompt, '--trust', hash])
  const [row] = (JSON.parse((await there.run(['sessions', '--json'])).stdout) as { sessions: { session: string }[] }).sessions
  const session = row?.session ?? ''
  await there.run(['export', session, '-o', join(here.folder, 'session.jsonl')])
  await here.run(['server', 'start'])
  expect((await here.run(['import', 'session.jsonl'])).code).toBe(0)
  expect(await here.run(['run', '--resume', session, ...prompt])).toMatchObject({ code: 4, stderr: expect.stringContaining(`omni run --resume ${session} --trust ${hash}`) })
  const opened = openTerminal(here, ['run', '--resume', session])
  await opened.until((text) => text.includes('Trust it?'))
  opened.type('o')
  await opened.until((text) => text.includes('sandbox: workspace'))
  // The program's own record of the conversation stayed behind: the next prompt is told it.
  const goOn = String.raw`PLAN:[{"say":"It \u0077ent on here."}]`
  opened.type(goOn)
  await opened.until((text) => text.includes('own record of this conversation is gone'))
  opened.type(goOn)
  await opened.until((text) => text.includes('It went on here.'))
}, 90_000)

it('asks about what the project itself would run, and starts without it after a no', async () => {
  const cli = await omniCli()
  await mkdir(join(cli.folder, '.pi', 'extensions'), { recursive: true })
  await writeFile(join(cli.folder, '.pi', 'extensions', 'evil.ts'), 'export default () => {}\n')
  const args = ['run', 'hello', '--harness', 'scripted', ...prompt]
  const quiet = await cli.run(args)
  expect(quiet).toMatchObject({ code: 0, stdout: expect.stringContaining('It ran.') })
  const [, hash = ''] = /\.pi\/extensions\/evil\.ts.*--trust ([0-9a-f]{64})/s.exec(quiet.stdout + quiet.stderr) ?? []
  const asked = openTerminal(cli, args)
  await asked.until((text) => text.includes('Trust it?'))
  expect(asked.text()).toContain('This project would run programs of its own:')
  expect(asked.text()).toContain(`hash ${hash}`)
  asked.type('')
  await asked.until((text) => text.includes('It ran.'))
  const trusted = await cli.run([...args, '--trust', hash])
  expect([trusted.code, trusted.stdout + trusted.stderr]).toEqual([0, expect.not.stringContaining('do not run here')])
}, 60_000)
