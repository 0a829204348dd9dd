import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { redDot } from '../conformance/harness/harness-world.ts'
import { launchBrowser, openPage } from '../support/browser.ts'
import { startWebWorld, type WebWorld, webToken } from '../support/web-world.ts'

/** What goes with a prompt: files, commands, plan mode, effort. */
let world: WebWorld
let browser: Browser
let opened: Awaited<ReturnType<typeof openPage>>
let page: Page

beforeAll(async () => {
  [world, browser] = await Promise.all([startWebWorld(), launchBrowser()])
})
afterAll(async () => {
  await browser.close()
  await world.close()
})
beforeEach(async () => {
  opened = await openPage(browser, { scheme: 'light', width: 1_440 })
  page = opened.page
})
afterEach(() => opened.close())

const dot = { name: 'dot.png', mimeType: 'image/png', buffer: Buffer.from(redDot, 'base64') }
const box = () => page.getByRole('textbox', { name: 'Prompt' })

async function open(title: string): Promise<string> {
  const session = await world.play(title, [{ say: 'Hello.' }])
  await world.idle(session)
  await page.goto(`${world.url}/s/${session}#token=${webToken}`)
  await page.getByRole('article', { name: 'Agent' }).first().waitFor()
  return session
}

it('sends files with a prompt, shows the picture, and gives the program both', async () => {
  const session = await open('With files')
  await page.locator('input[type=file]').setInputFiles([dot, { name: 'table.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n') }])
  await page.getByRole('button', { name: 'Remove dot.png' }).waitFor()
  await box().fill('PLAN:[{"shell":"true"},{"say":"Seen."}]')
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByText('Seen.', { exact: true }).waitFor()
  const said = page.getByRole('article', { name: 'You' }).last()
  expect(await said.locator('img').evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBe(16)
  expect(await said.getByText('table.csv').isVisible()).toBe(true)
  const { items } = await world.client.items(session, { limit: 50 })
  expect(items.findLast((item) => item.kind === 'prompt')?.attachments?.map(({ name }) => name)).toEqual(['dot.png', 'table.csv'])
  const turn = items.findLast((item) => item.kind === 'prompt')?.turn ?? ''
  expect(await readFile(join(world.folder, '../home/sessions', session, 'attachments', turn, '2.csv'), 'utf8')).toBe('a,b\n1,2\n')
  expect(opened.problems).toEqual([])
})

it('takes a pasted picture, and lets go of one that is removed', async () => {
  await open('Pasted')
  await box().focus()
  await page.evaluate((data) => {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))
    const transfer = new DataTransfer()
    transfer.items.add(new File([bytes], 'shot.png', { type: 'image/png' }))
    document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true }))
  }, redDot)
  await page.getByRole('button', { name: 'Remove shot.png' }).click()
  await expect.poll(() => page.getByText('shot.png').count()).toBe(0)
})

it('offers the agent’s skills after a slash, by keyboard', async () => {
  const session = await open('With commands')
  await box().pressSequentially('/re')
  const options = page.getByRole('listbox', { name: 'Commands' }).getByRole('option')
  await expect.poll(() => options.allInnerTexts()).toEqual([expect.stringContaining('/release'), expect.stringContaining('/review')])
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  expect(await box().inputValue()).toBe('/review ')
  await page.keyboard.type('now')
  await page.keyboard.press('Enter')
  await world.until(session, (view) => view.counts.turns === 2)
  await world.idle(session)
  expect(opened.problems).toEqual([])
})

it('plans first, refuses changes meanwhile, and carries the plan out when a person says so', async () => {
  const session = await open('Planned')
  await page.getByRole('button', { name: 'Plan', pressed: false }).click()
  await page.getByRole('button', { name: 'Plan', pressed: true }).waitFor()
  await box().fill('PLAN:[{"write":{"path":"too-early.txt","content":"x"}},{"say":"1. write a file"}]')
  await page.keyboard.press('Enter')
  await page.getByText('1. write a file').waitFor()
  await page.getByText('denied').waitFor()
  await page.getByRole('button', { name: 'Carry out the plan' }).click()
  await page.getByRole('article', { name: 'You' }).getByText('The plan is approved. Carry it out.').waitFor()
  await page.getByRole('button', { name: 'Plan', pressed: false }).waitFor()
  await world.idle(session)
  await expect(readFile(join(world.folder, 'too-early.txt'))).rejects.toMatchObject({ code: 'ENOENT' })
  expect(opened.problems).toEqual([])
})

it('changes the reasoning effort', async () => {
  const session = await open('Harder')
  await page.getByRole('button', { name: 'Session menu' }).click()
  await page.getByRole('menuitem', { name: /Switch harness/ }).click()
  await page.getByLabel('Reasoning effort').selectOption('high')
  await page.getByRole('button', { name: 'Switch' }).click()
  await world.until(session, (view) => view.effort === 'high' && view.switching === undefined)
  await page.getByText('effort high').waitFor()
})
