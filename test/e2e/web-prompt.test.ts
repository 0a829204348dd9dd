import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { redDot } from '../conformance/harness/harness-world.ts'
import { usePage, useWeb } from '../support/web-fixture.ts'
import { webToken } from '../support/web-world.ts'

/** What goes with a prompt: files, commands, plan mode, effort. */
const web = useWeb()
const opened = usePage(web)

const dot = { name: 'dot.png', mimeType: 'image/png', buffer: Buffer.from(redDot, 'base64') }
const box = () => opened.page.getByRole('textbox', { name: 'Prompt' })

async function open(title: string): Promise<string> {
  const session = await web.world.play(title, [{ say: 'Hello.' }])
  await web.world.idle(session)
  await opened.page.goto(`${web.world.url}/s/${session}#token=${webToken}`)
  await opened.page.getByRole('article', { name: 'Agent' }).first().waitFor()
  return session
}

it('sends files with a prompt, shows the picture, and gives the program both', async () => {
  const session = await open('With files')
  await opened.page.locator('input[type=file]').setInputFiles([dot, { name: 'table.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n') }])
  await opened.page.getByRole('button', { name: 'Remove dot.png' }).waitFor()
  await box().fill('PLAN:[{"shell":"true"},{"say":"Seen."}]')
  await opened.page.getByRole('button', { name: 'Send' }).click()
  await opened.page.getByText('Seen.', { exact: true }).waitFor()
  const said = opened.page.getByRole('article', { name: 'You' }).last()
  expect(await said.locator('img').evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBe(16)
  expect(await said.getByText('table.csv').isVisible()).toBe(true)
  const { items } = await web.world.client.items(session, { limit: 50 })
  expect(items.findLast((item) => item.kind === 'prompt')?.attachments?.map(({ name }) => name)).toEqual(['dot.png', 'table.csv'])
  const turn = items.findLast((item) => item.kind === 'prompt')?.turn ?? ''
  expect(await readFile(join(web.world.folder, '../home/sessions', session, 'attachments', turn, '2.csv'), 'utf8')).toBe('a,b\n1,2\n')
  expect(opened.problems).toEqual([])
})

it('takes a pasted picture, and lets go of one that is removed', async () => {
  await open('Pasted')
  await box().focus()
  await opened.page.evaluate((data) => {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))
    const transfer = new DataTransfer()
    transfer.items.add(new File([bytes], 'shot.png', { type: 'image/png' }))
    document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true }))
  }, redDot)
  await opened.page.getByRole('button', { name: 'Remove shot.png' }).click()
  await expect.poll(() => opened.page.getByText('shot.png').count()).toBe(0)
})

it('offers the agent’s skills after a slash, by keyboard', async () => {
  const session = await open('With commands')
  await box().pressSequentially('/re')
  const options = opened.page.getByRole('listbox', { name: 'Commands' }).getByRole('option')
  await expect.poll(() => options.allInnerTexts()).toEqual([expect.stringContaining('/release'), expect.stringContaining('/review')])
  await opened.page.keyboard.press('ArrowDown')
  await opened.page.keyboard.press('Enter')
  expect(await box().inputValue()).toBe('/review ')
  await opened.page.keyboard.type('now')
  await opened.page.keyboard.press('Enter')
  await web.world.until(session, (view) => view.counts.turns === 2)
  await web.world.idle(session)
  expect(opened.problems).toEqual([])
})

it('plans first, refuses changes meanwhile, and carries the plan out when a person says so', async () => {
  const session = await open('Planned')
  await opened.page.getByRole('button', { name: 'Plan', pressed: false }).click()
  await opened.page.getByRole('button', { name: 'Plan', pressed: true }).waitFor()
  await box().fill('PLAN:[{"write":{"path":"too-early.txt","content":"x"}},{"say":"1. write a file"}]')
  await opened.page.keyboard.press('Enter')
  await opened.page.getByText('1. write a file').waitFor()
  await opened.page.getByText('denied').waitFor()
  await opened.page.getByRole('button', { name: 'Carry out the plan' }).click()
  await opened.page.getByRole('article', { name: 'You' }).getByText('The plan is approved. Carry it out.').waitFor()
  await opened.page.getByRole('button', { name: 'Plan', pressed: false }).waitFor()
  await web.world.idle(session)
  await expect(readFile(join(web.world.folder, 'too-early.txt'))).rejects.toMatchObject({ code: 'ENOENT' })
  expect(opened.problems).toEqual([])
})

it('changes the reasoning effort', async () => {
  const session = await open('Harder')
  await opened.page.getByRole('button', { name: 'Session menu' }).click()
  await opened.page.getByRole('menuitem', { name: /Switch harness/ }).click()
  await opened.page.getByLabel('Reasoning effort').selectOption('high')
  await opened.page.getByRole('button', { name: 'Switch' }).click()
  await web.world.until(session, (view) => view.effort === 'high' && view.switching === undefined)
  await opened.page.getByText('effort high').waitFor()
})
