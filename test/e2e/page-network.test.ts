import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import type { GatewayEvent, RequestFacts } from '../../src/spec/net/gateway-event.ts'
import type { HostFact } from '../../src/spec/ports/host-link.ts'
import { looks as allLooks, openPage } from '../support/browser.ts'
import { HandHost } from '../support/hand-host.ts'
import { draw } from '../support/lane.ts'
import { serverPolicies } from '../support/policy-of.ts'
import { checkScreen, usePage, useWeb } from '../support/web-fixture.ts'
import { webToken } from '../support/web-world.ts'

/** What left a session's sandbox, on the page: the host and its gateway are played by hand, all else is real. */
const looks = allLooks.filter(({ scheme, width }) => (scheme === 'light') === (width > 500))
const hand = new HandHost()
const web = useWeb({
  hand,
  policies: serverPolicies([
    { name: 'writes', type: 'network', match: { method: ['POST', 'PUT'] }, action: 'ask', approval: { remember: 'session' }, message: 'It sends something to {{host}}.' },
    { name: 'pastes', type: 'network', match: { host: 'paste.test' }, action: 'deny', message: 'Nothing is pasted.' },
    { name: 'forge', type: 'network', match: { host: 'forge.test' }, use_secret: 'github', action: 'allow' },
  ]),
})

const facts = (id: string, host: string, method = 'GET', path = '/repos/acme/app'): RequestFacts => ({ id, scheme: 'https', host, port: 443, method, path })

/** A session whose turn runs in a sandbox, and what its gateway says. */
async function walled(title: string, { profile = 'workspace', advisory = false }: { profile?: string; advisory?: boolean } = {}) {
  hand.forget()
  const session = await web.world.play(title, [])
  const { turn } = await hand.order('turn.run', (order) => order.setup.session === session)
  const say = async (fact: HostFact) => void (await hand.acknowledged(hand.fact({ session, turn }, fact).n))
  await say({ type: 'box.attested', profile, processes: advisory ? 'group' : 'namespace', advisory, notes: advisory ? ['Nothing is enforced by the operating system.'] : ['Only the work folder can be written.', 'Everything that leaves goes through the gateway.'] })
  return {
    session, say,
    settle: () => say({ type: 'turn.settled', outcome: 'completed' }),
    wanted: (request: RequestFacts) => say({ type: 'net.wanted', request: { ...request, session, scheme: 'https' } }),
    decided: (request: RequestFacts, verdict: 'allowed' | 'denied', by: 'table' | 'gateway', rule: string) => say({ type: 'net.told', event: { type: 'decided', session, request, verdict, by, rule } }),
    told: (event: GatewayEvent) => say({ type: 'net.told', event }),
  }
}

async function openNetwork(page: Page, session: string) {
  await page.goto(`${web.world.url}/s/${session}#token=${webToken}`)
  await page.getByRole('button', { name: 'Session menu' }).click()
  await page.getByRole('menuitem', { name: 'Network…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Network' })
  await dialog.getByRole('status').waitFor()
  return dialog
}

const titles = (page: Page) => page.getByRole('dialog', { name: 'Network' }).getByRole('listitem')

describe('a session in a sandbox', () => {
  let session: string
  beforeAll(async () => {
    const box = await walled('Walls')
    ;({ session } = box)
    await box.wanted(facts('r1', 'docs.test', 'GET', '/guide'))
    await box.decided(facts('t1', 'registry.test', 'GET', '/left-pad'), 'allowed', 'table', 'policies')
    await box.told({ type: 'summary', session, host: 'registry.test', from: 1, until: 2, allowed: 1_240, denied: 0, revision: 1 })
    await box.decided(facts('g1', '10.0.0.1'), 'denied', 'gateway', 'gateway/private-address')
    await box.wanted(facts('r2', 'paste.test', 'GET', `/${'averyverylongpath'.repeat(12)}`))
    await box.wanted(facts('r3', 'forge.test'))
    await box.told({ type: 'secretUsed', session, request: facts('r3', 'forge.test'), secret: 'github', form: 'bearer' })
    await box.told({ type: 'alert', session, kind: 'placeholder', request: facts('g2', 'evil.test'), secret: 'github' })
    await box.decided(facts('g2', 'evil.test'), 'denied', 'gateway', 'gateway/placeholder')
    await box.wanted(facts('r4', 'forge.test', 'POST', '/repos/acme/app/issues'))
  })

  describe.each(draw('looks of the network panel', looks, 1))('$scheme at $width px', (look) => {
    it('lists requests, sums them by host, and filters both', async () => {
      const { page, problems, close } = await openPage(web.browser, look)
      const dialog = await openNetwork(page, session)
      await expect.poll(() => titles(page).count()).toBe(7)
      const [newest = '', alert = '', secret = '', , refused = '', , first = ''] = await titles(page).allInnerTexts()
      expect(newest).toMatch(/needs you[^]*POST https:\/\/forge\.test\/repos\/acme\/app\/issues[^]*waits for a person[^]*server\/writes/)
      expect(alert).toMatch(/alert[^]*GET https:\/\/evil\.test[^]*github/)
      expect(secret).toMatch(/allowed[^]*forge\.test[^]*policies[^]*github/)
      expect(refused).toMatch(/denied[^]*10\.0\.0\.1[^]*the gateway: gateway\/private-address/)
      expect(first).toMatch(/allowed[^]*GET https:\/\/docs\.test\/guide/)
      await checkScreen(page, `network-${look.scheme}-${look.width}`)
      await dialog.getByRole('combobox', { name: 'Only these verdicts' }).selectOption('denied')
      await expect.poll(() => titles(page).count()).toBe(3)
      await dialog.getByRole('searchbox', { name: 'Only hosts with' }).fill('PASTE')
      await expect.poll(() => titles(page).count()).toBe(1)
      await dialog.getByRole('searchbox').fill('')
      await dialog.getByRole('combobox').selectOption('all')
      await dialog.getByRole('button', { name: 'By host' }).click()
      expect(await dialog.getByRole('row', { name: /registry\.test/ }).innerText()).toMatch(/1\.2k/)
      await checkScreen(page, `network-hosts-${look.scheme}-${look.width}`)
      await dialog.getByRole('searchbox').fill('nowhere')
      await dialog.getByText('None of the requests fits the filter.').waitFor()
      expect(problems).toEqual([])
      await close()
    })

    it('names the sandbox in the header, and what was attested behind it', async () => {
      const { page, problems, close } = await openPage(web.browser, look)
      await page.goto(`${web.world.url}/s/${session}#token=${webToken}`)
      const badge = page.getByRole('button', { name: 'sandbox: workspace' })
      await badge.focus()
      await page.keyboard.press('Enter')
      const notes = page.getByRole('dialog', { name: 'sandbox: workspace' })
      await notes.getByText('Everything that leaves goes through the gateway.').waitFor()
      await checkScreen(page, `sandbox-${look.scheme}-${look.width}`)
      await page.keyboard.press('Escape')
      await expect.poll(() => notes.count()).toBe(0)
      expect(await badge.evaluate((element) => element === document.activeElement)).toBe(true)
      // Of seven requests three are rows of the conversation, and the alert is one of its own.
      const log = page.getByRole('log', { name: 'Transcript' })
      expect(await log.getByRole('button', { name: /^Send / }).allInnerTexts()).toEqual([expect.stringMatching(/paste\.test/), expect.stringMatching(/forge\.test/)])
      await log.getByText('The stand-in for the secret github turned up where it does not belong').waitFor()
      await page.getByRole('region', { name: 'Needs you: may this leave the sandbox?' }).getByText('It sends something to forge.test.').waitFor()
      if (look.width < 1_200) await page.getByRole('button', { name: 'Summary (.)' }).click()
      await page.getByText('1.2k allowed,').filter({ visible: true }).waitFor()
      await checkScreen(page, `network-summary-${look.scheme}-${look.width}`)
      await page.getByRole('button', { name: 'Requests', exact: true }).filter({ visible: true }).click()
      await page.getByRole('dialog', { name: 'Network' }).getByRole('status').waitFor()
      expect(problems).toEqual([])
      await close()
    })

    it('makes a policy of a yes, its text in sight before it is added', async () => {
      const { page, problems, close } = await openPage(web.browser, look)
      const dialog = await openNetwork(page, session)
      await dialog.getByRole('button', { name: /^Why was GET https:\/\/paste\.test/ }).click()
      await dialog.getByRole('region', { name: 'Why' }).getByText('Nothing is pasted.').waitFor()
      await dialog.getByRole('button', { name: /^Allow always POST/ }).click()
      const composer = page.getByRole('dialog', { name: 'Allow always' })
      await composer.getByRole('note').getByText('server/writes').waitFor()
      await composer.getByText('It can be added.').waitFor()
      const text = composer.getByRole('textbox', { name: 'A policy in YAML, or a list of them' })
      expect(await text.inputValue()).toMatch(/^name: allow-network(-\d)?\ntype: network\nmatch:\n {2}url: https:\/\/forge\.test\/repos\/acme\/app\/issues\n {2}method: POST\naction: allow\n$/)
      const before = (await web.world.client.sessionPolicies(session)).text
      await checkScreen(page, `network-allow-${look.scheme}-${look.width}`)
      await composer.getByRole('button', { name: 'Add', exact: true }).click()
      await expect.poll(() => composer.count()).toBe(0)
      const { text: after } = await web.world.client.sessionPolicies(session)
      expect(after.split('allow-network').length).toBe(before.split('allow-network').length + 1)
      expect(problems).toEqual([])
      await close()
    })
  })
})

describe('one page', () => {
  const opened = usePage(web)

  it('lifts what a default of the session holds back', async () => {
    const box = await walled('Default')
    await web.world.client.command(box.session, { type: 'policy.add', text: 'name: nothing-out\ntype: network\ndefault: deny' })
    await box.wanted(facts('r1', 'docs.test', 'GET', '/guide'))
    const dialog = await openNetwork(opened.page, box.session)
    expect(await titles(opened.page).innerText()).toMatch(/denied[^]*session\/nothing-out/)
    await dialog.getByRole('button', { name: /^Allow always/ }).click()
    await opened.page.getByText('It lifts what a default of this session holds back.').waitFor()
    await opened.page.getByRole('dialog', { name: 'Allow always' }).getByRole('button', { name: 'Add', exact: true }).click()
    await expect.poll(async () => (await web.world.client.sessionPolicies(box.session)).text).toContain('allow-network')
    await box.wanted(facts('r2', 'docs.test', 'GET', '/guide'))
    await expect.poll(() => titles(opened.page).first().innerText()).toMatch(/^allowed/)
    await box.settle()
    expect(opened.problems).toEqual([])
  })

  it('shows requests as they are made and answered, and keeps the newest 500 of many', async () => {
    const { page } = opened
    const box = await walled('Many')
    const dialog = await openNetwork(page, box.session)
    await dialog.getByText('Nothing was sent out yet.').waitFor()
    await box.wanted(facts('first', 'api.test', 'POST'))
    await titles(page).getByText('needs you').waitFor()
    const live = web.world.client.openSession(box.session)
    await expect.poll(() => live.state.view?.asks.length).toBe(1)
    const [ask] = live.state.view?.asks ?? []
    live.close()
    await web.world.client.command(box.session, { type: 'approval.answer', approval: ask?.approval ?? '', digest: ask?.digest ?? '', answer: 'deny' })
    await titles(page).getByText('a person: server/writes').waitFor()
    for (let n = 0; n < 600; n += 1) hand.fact({ session: box.session }, { type: 'net.told', event: { type: 'decided', session: box.session, request: facts(`t${n}`, `h${n}.test`), verdict: 'allowed', by: 'table', rule: 'policies' } })
    await box.settle()
    await dialog.getByText('500 of 500 requests. Only the newest 500 are shown').waitFor()
    // The newest comes last: until then 500 others stand there.
    await titles(page).first().getByText('h599.test').waitFor()
    await dialog.getByRole('button', { name: 'By host' }).click()
    await dialog.getByText(/600 allowed and 1 denied/).waitFor()
    expect(opened.problems).toEqual([])
  }, 60_000)

  it('offers no policy for what the gateway refuses by itself', async () => {
    const box = await walled('Gateway')
    await box.decided(facts('g1', '10.0.0.1'), 'denied', 'gateway', 'gateway/private-address')
    await box.settle()
    await openNetwork(opened.page, box.session)
    await titles(opened.page).getByText('the gateway: gateway/private-address').waitFor()
    expect(await opened.page.getByRole('button', { name: /^Allow always/ }).count()).toBe(0)
  })

  it.each(draw('looks of a session without a sandbox', looks, 1))('says in red that a session without a sandbox is only advised, and that nobody sees its requests: $scheme at $width px', async (look) => {
    const { page, problems, close } = await openPage(web.browser, look)
    const box = await walled(`Off ${'averyverylongtitle'.repeat(5)}`, { profile: 'off', advisory: true })
    await box.settle()
    const dialog = await openNetwork(page, box.session)
    await dialog.getByText('Nobody sees what this session sends out').waitFor()
    await dialog.getByRole('button', { name: 'Close' }).click()
    const badge = page.getByRole('button', { name: 'sandbox: off — advisory' })
    const red = await page.evaluate(() => {
      const probe = document.createElement('p')
      probe.className = 'text-red'
      document.body.append(probe)
      return getComputedStyle(probe).color
    })
    expect(await badge.evaluate((element) => getComputedStyle(element).color)).toBe(red)
    await badge.click()
    await page.getByRole('dialog', { name: 'sandbox: off — advisory' }).getByText('What you deny and limit is advice to it.').waitFor()
    await checkScreen(page, `sandbox-off-${look.scheme}-${look.width}`)
    expect(problems).toEqual([])
    await close()
  })
})
