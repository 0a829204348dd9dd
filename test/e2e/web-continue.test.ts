import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, type Look, looks, openPage } from '../support/browser.ts'
import { startWebWorld, type WebWorld } from '../support/web-world.ts'

/** Earlier conversations in the page: found in the dialog, opened by keyboard, shown as what they are. */
let world: WebWorld
let browser: Browser

beforeAll(async () => {
  [world, browser] = await Promise.all([startWebWorld(), launchBrowser()])
})
afterAll(async () => {
  await browser.close()
  await world.close()
})

// An earlier one again, for the next test.
afterEach(async () => {
  for (const { session } of (await world.client.listSessions()).sessions) await world.client.remove(session)
})

async function openList(page: Page): Promise<void> {
  await page.goto(world.entry)
  await page.getByRole('navigation', { name: 'Sessions' }).waitFor()
  await page.keyboard.press('n')
  const toggle = page.getByRole('button', { name: 'Go on with an earlier conversation in this folder' })
  await toggle.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('list', { name: 'Earlier conversations' }).waitFor()
}

async function check(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`)).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
  const folder = process.env['OMNI_SCREENSHOTS']
  if (folder !== undefined) await page.screenshot({ path: join(folder, `continue-${name}.png`) })
}

describe.each(looks)('$scheme at $width px', (look: Look) => {
  it('lists them, and shows the one that is chosen', async () => {
    const { page, problems, close } = await openPage(browser, look)
    await openList(page)
    expect(await page.getByRole('list', { name: 'Earlier conversations' }).innerText()).toContain('<b>bold</b> <U+202E>gnp.exe␛[31m')
    await page.getByRole('list', { name: 'Earlier conversations' }).scrollIntoViewIfNeeded()
    await check(page, `list-${look.scheme}-${look.width}`)
    // By keyboard: the first row is the next stop.
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByText('Twice as fast.').waitFor()
    await page.getByText(/Imported from .*2 turns .*The oldest 12 of its 18 parts are not shown/).waitFor()
    expect(await page.title()).toContain('Make the parser faster')
    await page.getByRole('button', { name: /Run\s*npm run bench/ }).click()
    await page.getByText('ran before this session was there').waitFor()
    await check(page, `open-${look.scheme}-${look.width}`)
    expect(problems).toEqual([])
    await close()
  })
})

it('has what a session goes on with in the list of sessions alone', async () => {
  const { page, close } = await openPage(browser, { scheme: 'light', width: 1_440 })
  await world.client.createSession({ agent: { spec: {} }, workspace: { path: world.folder }, continues: { harness: 'scripted', id: 'conv-parser' } })
  await openList(page)
  expect(await page.getByRole('list', { name: 'Earlier conversations' }).getByRole('button').count()).toBe(1)
  await expect(world.client.createSession({ agent: { spec: {} }, workspace: { path: world.folder }, continues: { harness: 'scripted', id: 'conv-parser' } })).rejects.toThrow(/goes on with it already/)
  await expect(world.client.createSession({ agent: { spec: {} }, harness: 'absent', workspace: { path: world.folder }, continues: { harness: 'scripted', id: 'conv-parser' } })).rejects.toThrow(/is one of scripted/)
  await expect(world.client.createSession({ agent: { spec: {} }, workspace: { mode: 'temp', path: world.folder }, continues: { harness: 'scripted', id: 'conv-parser' } })).rejects.toThrow(/its own folder/)
  await close()
})

it('asks for trust first, as for any other session', async () => {
  const { page, close } = await openPage(browser, { scheme: 'light', width: 1_440 })
  await openList(page)
  await page.getByRole('dialog').getByLabel('Agent', { exact: true }).selectOption('asking')
  await page.getByRole('list', { name: 'Earlier conversations' }).getByRole('button', { name: /bold/ }).click()
  await page.getByRole('dialog', { name: /^Trust “/ }).waitFor()
  await page.keyboard.press('Escape')
  expect((await world.client.listSessions()).sessions.map(({ agent }) => agent)).not.toContain('asking')
  await close()
})
