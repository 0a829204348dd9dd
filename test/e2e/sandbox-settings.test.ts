import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { clientOf } from '../support/live-session.ts'
import { type CliResult, omniCli } from '../support/omni-cli.ts'

const outOf = ({ stdout, stderr }: CliResult) => stdout + stderr
const writes = 'PLAN:[{"shell":"touch made && echo made it"},{"say":"done"}]'

it('runs sessions where the configuration says, unless the agent’s file or a person says it', async () => {
  const cli = await omniCli()
  await writeFile(join(cli.home, 'server.yaml'), 'sandbox: open\n')
  await writeFile(join(cli.folder, 'own.yaml'), 'name: own\nharness: scripted\nsandbox: workspace\n')
  const run = async (...args: string[]) => {
    const { stdout, stderr } = await cli.run(['run', ...args, '-p', writes])
    return [/^sandbox: .*$/m.exec(stderr)?.[0], /Read-only file system|^ *made it$/m.exec(stdout + stderr)?.[0].trim()]
  }
  expect(await run('hello')).toEqual(['sandbox: open', 'made it'])
  await writeFile(join(cli.home, 'config.yaml'), 'sandbox: {default: read-only}\n')
  expect(await run('hello')).toEqual(['sandbox: read-only', 'Read-only file system'])
  expect(await run('own.yaml')).toEqual(['sandbox: workspace', 'made it'])
  expect(await run('own.yaml', '--sandbox', 'off')).toEqual(['sandbox: off — advisory', 'made it'])
}, 120_000)

it('hides what the agent’s file says', async () => {
  const cli = await omniCli()
  await writeFile(join(cli.folder, 'key.pem'), 'PRIVATE\n')
  await writeFile(join(cli.folder, 'own.yaml'), 'name: own\nharness: scripted\nsandbox: {hide: ["**/*.pem"]}\n')
  const show = ['-p', 'PLAN:[{"shell":"cat key.pem; ls"},{"say":"done"}]']
  const hidden = outOf(await cli.run(['run', 'own.yaml', ...show]))
  expect([hidden.includes('PRIVATE'), hidden.includes('Permission denied'), hidden.includes('key.pem')]).toEqual([false, true, true])
  const open = outOf(await cli.run(['run', 'own.yaml', '--sandbox', 'off', ...show]))
  expect([open.includes('PRIVATE'), open.includes('Without a sandbox nothing is hidden')]).toEqual([true, true])
}, 120_000)

it('holds the limits that the agent’s file says, says which nothing holds, and starts nothing where those are required', async () => {
  const cli = await omniCli()
  const limit = (limits: string) => writeFile(join(cli.folder, 'own.yaml'), `name: own\nharness: scripted\nsandbox: {limits: ${limits}}\n`)
  const go = () => cli.run(['run', 'own.yaml', '-p', 'PLAN:[{"shell":"echo it ran"},{"say":"done"}]'])
  await limit('{memory: 1.5g, pids: 200, disk: 10g, minutes: 5}')
  expect(await cli.run(['agent', 'check', 'own.yaml'])).toMatchObject({ code: 0, stderr: expect.not.stringContaining('limits') })
  expect((await cli.run(['agent', 'explain', 'own.yaml'])).stdout).toMatch(/sandbox\.limits\.memory\s+1\.5g[^]*sandbox\.limits\.minutes\s+5/)
  const ran = outOf(await go())
  expect([/^ *it ran$/m.test(ran), /Nothing holds these limits of the agent’s sandbox here: .*disk/.test(ran)]).toEqual([true, true])
  const { sessions: [made] } = JSON.parse((await cli.run(['sessions', '--json'])).stdout) as { sessions: { session: string }[] } // Proof: a wrong form fails below.
  const client = await clientOf(cli)
  const { events } = await client.events(made?.session ?? '')
  client.close()
  expect(events.find(({ type }) => type === 'box.attested')).toMatchObject({ data: { limits: { disk: 'none', minutes: 'host' } } })
  await limit('{disk: 10g, required: true}')
  const refused = outOf(await go())
  expect([/^ *it ran$/m.test(refused), refused.includes('requires limits that nothing holds here: disk')]).toEqual([false, true])
}, 120_000)

it('gives no session more than a ceiling, which holds from the next turn on when it is edited', async () => {
  const cli = await omniCli()
  await writeFile(join(cli.home, 'server.yaml'), 'sandbox: {ceiling: {profile: open, read: []}}\n')
  expect(await cli.run(['run', 'hello', '--sandbox', 'off', '-p', 'hi'])).toMatchObject({ code: 2, stderr: expect.stringContaining('The server gives no session sandbox profile off (the most is open). Run it with --sandbox open') })
  await writeFile(join(cli.folder, 'reads.yaml'), 'name: reads\nharness: scripted\nsandbox: {read: [/srv]}\n')
  expect((await cli.run(['run', 'reads.yaml', '-p', 'hi'])).stderr).toContain('gives no session "/srv" to read. Take it out of the agent’s file')
  expect(JSON.parse((await cli.run(['sessions', '--json'])).stdout)).toMatchObject({ sessions: [] })

  await cli.run(['run', 'hello', '-p', writes])
  const { sessions: [made] } = JSON.parse((await cli.run(['sessions', '--json'])).stdout) as { sessions: { session: string }[] }
  const client = await clientOf(cli)
  const goOn = () => cli.run(['run', '--resume', made?.session ?? '', '-p', writes])
  await writeFile(join(cli.home, 'server.yaml'), 'sandbox: {ceiling: {profile: read-only}}\n')
  // The server looks at its file twice a second.
  await expect.poll(() => client.createSession({ agent: { name: 'hello' }, workspace: { mode: 'here', path: cli.folder } }).then(() => 'made', (error: Error) => error.message)).toContain('profile workspace')
  expect(outOf(await goOn())).toContain('The server gives no session sandbox profile workspace (the most is read-only).')
  await writeFile(join(cli.home, 'server.yaml'), '')
  await expect.poll(() => client.createSession({ agent: { name: 'hello' }, workspace: { mode: 'here', path: cli.folder } }).then(() => 'made', (error: Error) => error.message)).toBe('made')
  client.close()
  expect((await goOn()).code).toBe(0)
  await writeFile(join(cli.home, 'config.yaml'), 'sandbox: {ceiling: {profile: read-only}}\n')
  expect(outOf(await goOn())).toContain('This machine gives no session sandbox profile workspace')
}, 120_000)
