import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { ServerPolicyState } from '../../src/spec/api/policies.ts'
import { omniCli } from '../support/omni-cli.ts'

const noCommands = '# No commands here.\nname: no-commands\ntype: exec\naction: deny\nmessage: "Not {{command}}."\n'
const plan = (steps: readonly object[]) => `PLAN:${JSON.stringify(steps)}`
const runLs = plan([{ shell: 'ls' }, { say: 'done' }])

it('puts policies in force for the server and for a session, lists them, and takes them back', async () => {
  const cli = await omniCli()
  await writeFile(join(cli.folder, 'own.yaml'), noCommands)
  await writeFile(join(cli.folder, 'wrong.yaml'), 'name: x\ntype: gti\naction: deny\n')
  const config = join(cli.home, 'server.yaml')
  await writeFile(config, '# Mine.\nport: 0\n')

  expect((await cli.run(['policy', 'list'])).stdout).toMatch(/^shipped +baseline\.secret-files +deny file where verb: read, path: /)
  expect(await cli.run(['policy', 'add', 'own.yaml'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--session') })
  expect(await cli.run(['policy', 'add', 'none.yaml', '--server'])).toMatchObject({ code: 2, stderr: expect.stringContaining('Cannot read none.yaml') })
  expect(await cli.run(['policy', 'add', 'wrong.yaml', '--server'])).toMatchObject({ code: 2, stderr: expect.stringContaining('wrong.yaml:2:7') })
  expect(await cli.run(['policy', 'add', 'own.yaml', '--server'])).toMatchObject({ code: 0, stdout: 'no-commands: in force for every session of this server\n' })
  expect(await readFile(config, 'utf8')).toMatch(/^# Mine\.\nport: 0\npolicies:\n/)
  const state = JSON.parse((await cli.run(['policy', 'list', '--json'])).stdout) as ServerPolicyState
  expect(state.policies.at(-1)).toEqual({ name: 'no-commands', does: 'deny exec', source: 'server' })

  const denied = await cli.run(['run', 'hello', '--harness', 'scripted', '-p', runLs, '--json'])
  expect(denied.stdout).toContain('server/no-commands: Not ls.')
  const [, refused = '', call = ''] = /"session":"(ses_\w+)"[^\n]*"type":"tool.proposed"[^\n]*"call":"([^"]+)"/.exec(denied.stdout) ?? []
  const why = await cli.run(['policy', 'explain', refused, call])
  expect([why.code, why.stdout]).toEqual([0, expect.stringMatching(/^deny .*\n {2}exec ls\nagent {2}allow {2}\(no rule fired\)\nserver {2}deny\n {2}deny {2}server\/no-commands: deny exec\n[^]*“Not ls\.”\n[^]*comes out the same\.\n$/)])
  expect(await cli.run(['policy', 'explain', refused, 'none'])).toMatchObject({ code: 2, stderr: expect.stringContaining('no decision about a call none') })
  expect(await cli.run(['policy', 'remove', 'no-commands', '--server'])).toMatchObject({ code: 0 })
  expect(await cli.run(['policy', 'remove', 'no-commands', '--server'])).toMatchObject({ code: 2, stderr: expect.stringContaining('no policy no-commands') })
  expect(await cli.run(['policy', 'remove', 'baseline.push-asks', '--server'])).toMatchObject({ code: 2, stderr: expect.stringContaining('baseline: false') })
  expect(await readFile(config, 'utf8')).toBe('# Mine.\nport: 0\n')

  const allowed = await cli.run(['run', 'hello', '--harness', 'scripted', '-p', runLs, '--json'])
  expect(allowed.stdout).not.toContain('Not ls.')
  const session = /"session":"(ses_\w+)"/.exec(allowed.stdout)?.[1] ?? ''
  const exported = join(cli.folder, 'session.jsonl')
  expect((await cli.run(['export', session, '-o', exported])).code).toBe(0)
  expect(await cli.run(['policy', 'replay', '--with', 'own.yaml', exported])).toMatchObject({ code: 0, stdout: expect.stringMatching(/, 1 calls decided again\.\n\nWould be blocked: 1\n {2}allow → deny .*server\/no-commands: Not ls\.\n$/) })
  expect(JSON.parse((await cli.run(['policy', 'replay', '--with', 'own.yaml', '--level', 'session', '--json', exported])).stdout)).toMatchObject({ calls: 1, drifted: 0, differences: { blocked: { count: 1 } } })
  const ofServer = JSON.parse((await cli.run(['policy', 'replay', '--with', 'own.yaml', '--json', '--sessions'])).stdout)
  // The refused one was refused for the same reason.
  expect(ofServer).toMatchObject({ calls: 2, differences: { blocked: { count: 1 } } })
  expect(JSON.parse((await cli.run(['policy', 'replay', '--with', 'own.yaml', '--json', '--sessions', session])).stdout)).toMatchObject({ calls: 1 })
  expect(await cli.run(['policy', 'replay', '--with', 'own.yaml', '--sessions', 'ses_none'])).toMatchObject({ code: 2, stderr: expect.stringContaining('no session ses_none') })
  expect(await cli.run(['policy', 'replay', '--with', 'own.yaml'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--sessions') })
  await writeFile(join(cli.folder, 'cut.jsonl'), (await readFile(exported, 'utf8')).split('\n').slice(0, 5).join('\n'))
  expect(await cli.run(['policy', 'replay', '--with', 'own.yaml', 'cut.jsonl'])).toMatchObject({ code: 2, stderr: expect.stringContaining('cut.jsonl was cut off') })
  expect(await cli.run(['policy', 'replay', '--with', 'own.yaml', 'none.jsonl'])).toMatchObject({ code: 2, stderr: expect.stringContaining('Cannot read none.jsonl') })
  expect(await cli.run(['policy', 'replay', '--with', 'own.yaml', 'own.yaml'])).toMatchObject({ code: 2, stderr: expect.stringContaining('own.yaml:1: is not JSON') })
  expect(await cli.run(['policy', 'add', 'own.yaml', '--session', session])).toMatchObject({ code: 0 })
  expect((await cli.run(['policy', 'list', session])).stdout).toMatch(/^session +no-commands +deny exec\nshipped /)
  expect(await cli.run(['policy', 'remove', 'no-commands', '--session', session])).toMatchObject({ code: 0 })
  expect((await cli.run(['policy', 'list', session])).stdout).not.toContain('no-commands')

  // An edit by hand, while the server runs.
  await writeFile(config, 'port: 0\npolicies: [{name: by-hand, type: spawn, action: deny}]\n')
  await expect.poll(async () => (await cli.run(['policy', 'list'])).stdout).toMatch(/^server +by-hand +deny spawn$/m)
}, 240_000)

it('does not start what must be enforced and can not be, and shows what keeps each policy', async () => {
  const cli = await omniCli()
  const agent = (enforce: string, path = '**/.env') => `name: careful\nharness: scripted\npolicies:\n  - {name: secrets, type: file, match: {verb: read, path: "${path}"}, action: deny, enforce: ${enforce}}\n`
  await writeFile(join(cli.folder, 'careful.yaml'), agent('required'))
  // A box shows all of the work folder.
  expect((await cli.run(['agent', 'explain', 'careful.yaml'])).stdout).toMatch(/^policies\[0\] is kept by +tool gate \(in part\), kernel \(in part\) +on scripted$/m)
  expect(await cli.run(['run', 'careful.yaml', '-p', runLs])).toMatchObject({ code: 3, stderr: expect.stringMatching(/agent\/secrets: nothing here can hold back every file\.read .*enforce: best/) })
  await writeFile(join(cli.folder, 'careful.yaml'), agent('required', '~/.ssh/**'))
  expect(await cli.run(['run', 'careful.yaml', '--sandbox', 'off', '-p', runLs])).toMatchObject({ code: 3, stderr: expect.stringContaining('kernel (not here)') })
  expect((await cli.run(['sessions', '--json'])).stdout).toContain('"sessions":[]')
  expect((await cli.run(['run', 'careful.yaml', '-p', runLs])).code).toBe(0)
  await writeFile(join(cli.folder, 'careful.yaml'), agent('best'))
  expect((await cli.run(['run', 'careful.yaml', '-p', runLs])).code).toBe(0)
}, 120_000)

it('lints a file without a server: problems and warnings with their places', async () => {
  const cli = await omniCli()
  const file = join(cli.folder, 'team.yaml')
  await writeFile(file, 'policies:\n  - {name: idle, type: exec, action: allow}\n  - {name: held, type: exec, action: ask, enforce: required}\n')
  expect(await cli.run(['policy', 'lint', 'team.yaml'])).toMatchObject({ code: 0, stdout: 'team.yaml: ok, 2 policies, 1 warning\n', stderr: expect.stringMatching(/^team\.yaml:2:12: warning: idle: it does nothing/) })
  expect(JSON.parse((await cli.run(['policy', 'lint', 'team.yaml', '--harness', 'pi-acp', '--json'])).stdout)).toMatchObject({ ok: true, warnings: [{ rule: 'idle', code: 'no-default' }, { rule: 'held', code: 'unenforceable' }] })
  expect(await cli.run(['policy', 'lint', 'team.yaml', '--harness', 'none'])).toMatchObject({ code: 2, stderr: expect.stringContaining('no harness none') })
  expect(await cli.run(['policy', 'lint', 'team.yaml', '--level', 'all'])).toMatchObject({ code: 2, stderr: expect.stringContaining('server, agent, session') })
  await writeFile(file, '- {name: x, type: gti, action: deny}\n')
  expect(await cli.run(['policy', 'lint', 'team.yaml'])).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^team\.yaml:1:19: error: /) })
}, 60_000)

it('runs cases without a server: exit code, and why one failed', async () => {
  const cli = await omniCli()
  await writeFile(join(cli.folder, 'own.yaml'), noCommands)
  const cases = (verdict: string) => `cases:\n  - {name: no commands, given: [{ran: ls}], when: {command: git status}, expect: {verdict: ${verdict}, rules: [no-commands]}}\n  - {name: reads, when: {actions: {file.read: {path: a}}}, expect: {verdict: allow, rules: []}}\n`
  await writeFile(join(cli.folder, 'cases.yaml'), cases('deny'))
  expect(await cli.run(['policy', 'test', 'cases.yaml', '--policies', 'own.yaml'])).toMatchObject({ code: 0, stdout: '2 of 2 cases hold.\n' })
  await writeFile(join(cli.folder, 'wrong.yaml'), cases('ask'))
  expect(await cli.run(['policy', 'test', 'wrong.yaml', '--policies', 'own.yaml'])).toMatchObject({ code: 1, stdout: expect.stringMatching(/^FAILED {2}no commands\n {2}expected ask by no-commands; got deny by server\/no-commands\n[^]*“Not git status\.”[^]*\n\n1 of 2 cases hold\.\n$/) })
  expect(JSON.parse((await cli.run(['policy', 'test', 'wrong.yaml', '--policies', 'own.yaml', '--json'])).stdout)).toMatchObject({ ok: false, cases: [{ ok: false, fired: ['server/no-commands'] }, { ok: true }] })
  await writeFile(join(cli.folder, 'shipped.yaml'), 'cases:\n  - {name: pushes ask, when: {actions: {git.push: {}}}, expect: {verdict: ask, rules: [baseline.push-asks]}}\n')
  expect(await cli.run(['policy', 'test', 'shipped.yaml'])).toMatchObject({ code: 0 })
  await writeFile(join(cli.folder, 'broken.yaml'), 'cases:\n  - {name: a, when: {command: ls}, expect: {verdict: never}}\n')
  expect(await cli.run(['policy', 'test', 'broken.yaml'])).toMatchObject({ code: 2, stderr: expect.stringContaining('broken.yaml:2:') })
}, 60_000)
