import { expect, it } from 'vitest'
import { packageRegistry } from '../support/package-registry.ts'
import { walledSession } from '../support/walled-session.ts'

const count = 320
const atATime = 12

/** A registry of packages, and a project that locks all of them. @param hold what is waited for before an answer */
async function project(hold: (answered: number) => Promise<void> = async () => undefined) {
  const packages = packageRegistry(count)
  let asked = 0
  const serve = packages.serve(() => {
    asked += 1
    return hold(asked)
  })
  const made = await walledSession({ serve, patienceMs: 120_000, policies: (address) => [{ name: 'reads', type: 'network', match: { host: 'registry.test', port: Number(new URL(address('registry.test')).port), method: ['GET', 'HEAD'] }, action: 'allow' }, { name: 'elsewhere', type: 'network', default: 'ask' }] })
  packages.writeProject(made.workspace, made.address('registry.test'), ['https-proxy=http://127.0.0.1:3128', `maxsockets=${atATime}`])
  return { ...made, asked: () => asked, events: async () => (await made.world.log(made.session)).filter(({ type }) => type === 'net.decided' || type === 'net.summary') }
}

it(`installs ${count} packages past the table of the gateway, and writes down next to nothing`, async () => {
  const { run, asked, events } = await project()
  const { output, cards } = await run('npm ci 2>&1; ls node_modules | wc -l')
  expect([cards, output]).toEqual([[], expect.stringMatching(new RegExp(`added ${count} packages[^]*\\n${count}\\n`))])
  expect(asked()).toBe(count)
  const told = await events()
  // The first to a host is told at once; the rest is summed up once a minute.
  expect([told.length >= 1, told.length <= 20]).toEqual([true, true])
  expect(told.every(({ data }) => (data as { by?: string }).by !== 'policy')).toBe(true)
}, 180_000)

it('lets no request through that comes after a policy was added', async () => {
  const added = Promise.withResolvers<void>()
  let adding: Promise<unknown> | undefined
  const { run, asked, world, session, events } = await project((answered) => {
    // All that it asks for at once wait for their answers here: none is on its way.
    if (answered === 60 + atATime - 1) adding ??= world.command(session, { type: 'policy.add', text: 'name: no-more\ntype: network\nmatch: {host: registry.test}\naction: deny\n' }).then(() => added.resolve())
    return answered >= 60 ? added.promise : Promise.resolve()
  })
  let atOnce = 0
  void added.promise.then(() => (atOnce = asked()))
  const { output } = await run('npm ci 2>&1')
  expect(output).toContain('403 Forbidden')
  expect((await events()).some(({ data }) => (data as { verdict?: string }).verdict === 'denied')).toBe(true)
  expect([atOnce, asked()]).toEqual([60 + atATime - 1, atOnce])
}, 180_000)
