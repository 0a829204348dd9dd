import type { Page } from 'playwright-core'
import { afterEach, describe, expect, it } from 'vitest'
import { type Look, looks, openPage } from '../support/browser.ts'
import { checkScreen, useWeb } from '../support/web-fixture.ts'

/** Earlier conversations in the page: found in the dialog, opened by keyboard, shown as what they are. */
const web = useWeb()

// An earlier one again, for the next test.
afterEach(async () => {
  for (const { session } of (await web.world.client.listSessions()).sessions) await web.world.client.remove(session)
})

async function openList(page: Page): Promise<void> {
  await page.goto(web.world.entry)
  await page.getByRole('navigation', { name: 'Sessions' }).waitFor()
  await page.keyboard.press('n')
  const toggle = page.getByRole('button', { name: 'Go on with an earlier conversation in this folder' })
  await toggle.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('list', { name: 'Earlier conversations' }).waitFor()
}

describe.each(looks)('$scheme at $width px', (look: Look) => {
  it('lists them, and shows the one that is chosen', async () => {
    const { page, problems, close } = await openPage(web.browser, look)
    await openList(page)
    expect(await page.getByRole('list', { name: 'Earlier conversations' }).innerText()).toContain('<b>bold</b> <U+202E>gnp.exe␛[31m')
    await page.getByRole('list', { name: 'Earlier conversations' }).scrollIntoViewIfNeeded()
    await checkScreen(page, `continue-list-${look.scheme}-${look.width}`)
    // By keyboard: the first row is the next stop.
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByText('Twice as fast.').waitFor()
    await page.getByText(/Imported from .*2 turns .*The oldest 12 of its 18 parts are not shown/).waitFor()
    expect(await page.title()).toContain('Make the parser faster')
    await page.getByRole('button', { name: /Run\s*npm run bench/ }).click()
    await page.getByText('ran before this session was there').waitFor()
    await checkScreen(page, `continue-open-${look.scheme}-${look.width}`)
    expect(problems).toEqual([])
    await close()
  })
})

it('has what a session goes on with in the list of sessions alone', async () => {
  const { page, close } = await openPage(web.browser, { scheme: 'light', width: 1_440 })
  await web.world.client.createSession({ agent: { spec: {} }, workspace: { path: web.world.folder }, continues: { harness: 'scripted', id: 'conv-parser' } })
  await openList(page)
  expect(await page.getByRole('list', { name: 'Earlier conversations' }).getByRole('button').count()).toBe(1)
  await expect(web.world.client.createSession({ agent: { spec: {} }, workspace: { path: web.world.folder }, continues: { harness: 'scripted', id: 'conv-parser' } })).rejects.toThrow(/goes on with it already/)
  await expect(web.world.client.createSession({ agent: { spec: {} }, harness: 'absent', workspace: { path: web.world.folder }, continues: { harness: 'scripted', id: 'conv-parser' } })).rejects.toThrow(/is one of scripted/)
  await expect(web.world.client.createSession({ agent: { spec: {} }, workspace: { mode: 'temp', path: web.world.folder }, continues: { harness: 'scripted', id: 'conv-parser' } })).rejects.toThrow(/its own folder/)
  await close()
})

it('asks for trust first, as for any other session', async () => {
  const { page, close } = await openPage(web.browser, { scheme: 'light', width: 1_440 })
  await openList(page)
  await page.getByRole('dialog').getByLabel('Agent', { exact: true }).selectOption('asking')
  await page.getByRole('list', { name: 'Earlier conversations' }).getByRole('button', { name: /bold/ }).click()
  await page.getByRole('dialog', { name: /^Trust “/ }).waitFor()
  await page.keyboard.press('Escape')
  expect((await web.world.client.listSessions()).sessions.map(({ agent }) => agent)).not.toContain('asking')
  await close()
})
