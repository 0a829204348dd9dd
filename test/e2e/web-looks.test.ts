import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { redDot } from '../conformance/harness/harness-world.ts'
import { type Look, looks, openPage } from '../support/browser.ts'
import { draw } from '../support/lane.ts'
import { checkScreen, useWeb } from '../support/web-fixture.ts'

/** Every screen in both themes, wide and narrow: no accessibility violation, no sideways scroll, nothing refused by the content policy. */
const web = useWeb()
let asking: string
let failed: string
let planned: string

const message = 'I looked at **it**.\n\n| a | b |\n|---|---|\n| 1 | `x` |\n\n```ts\nconst veryLongName = someFunction(withManyArguments, andMore, andEvenMore, untilItIsWide)\n```\n\n- [x] done\n- [ ] [link](https://example.org)'

beforeAll(async () => {
  failed = await web.world.play(`Failing ${'averyverylongword'.repeat(11)}`, [{ shell: 'echo no; exit 3' }, { error: { message: 'The model refused.' } }])
  await web.world.idle(failed)
  planned = await web.world.play('Planned', [{ say: 'Hello.' }])
  await web.world.idle(planned)
  await web.world.client.command(planned, { type: 'mode.set', mode: 'plan' })
  const { blob, name } = await web.world.client.attach('dot.png', new Uint8Array(Buffer.from(redDot, 'base64')))
  await web.world.client.command(planned, { type: 'turn.start', text: 'Plan it. PLAN:[{"say":"1. Look\\n2. Mend"}]', attachments: [{ blob, name }] })
  await web.world.until(planned, (view) => view.counts.turns === 2 && view.turn === undefined)
  asking = await web.world.play('Asking', [
    { plan: [{ text: 'Look', status: 'done' }, { text: 'Push', status: 'active' }, 'Rest'] }, { think: 'I should look first.' }, { say: message },
    { write: { path: 'a.txt', content: 'one\ntwo\n' } }, { edit: { path: 'a.txt', old: 'one', new: 'three' } }, { shell: `git push ${'x'.repeat(300)}` },
  ])
  await web.world.until(asking, (view) => view.asks.length === 1)
  for (const text of ['Then this', 'And that']) await web.world.client.command(asking, { type: 'turn.start', text })
})

describe.each(draw('looks of every screen', looks, 2))('$scheme at $width px', (look: Look) => {
  const on = (name: string, screen: (page: Page) => Promise<void>, signedIn = true) => it(name, async () => {
    const { page, problems, close } = await openPage(web.browser, look)
    if (signedIn) {
      await page.goto(web.world.entry)
      await page.getByRole('navigation', { name: 'Sessions' }).getByRole('link').first().waitFor()
    }
    await screen(page)
    await checkScreen(page, `${name}-${look.scheme}-${look.width}`)
    if (signedIn) expect(problems).toEqual([])
    await close()
  })

  on('sign-in', async (page) => {
    await page.goto(web.world.url)
    await page.getByRole('heading', { name: 'Sign in to Omnigent' }).waitFor()
  }, false)

  on('list', async () => undefined)

  on('new session', async (page) => {
    await page.keyboard.press('n')
    await page.getByRole('dialog').getByText('omni harness install absent').waitFor()
  })

  on('switch of harness', async (page) => {
    await page.goto(`${web.world.url}/s/${failed}`)
    await page.getByRole('button', { name: 'Session menu' }).click()
    await page.getByRole('menuitem', { name: 'Switch harness, model or effort…' }).click()
    await page.getByRole('dialog').getByRole('radio', { name: /Scripted/ }).waitFor()
  })

  on('shortcuts', async (page) => {
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
  })

  on('session that failed, its call open', async (page) => {
    await page.goto(`${web.world.url}/s/${failed}`)
    await page.getByRole('button', { name: /echo no/ }).click()
    await page.getByRole('group', { name: 'Output' }).waitFor()
  })

  on('approval, calls open', async (page) => {
    await page.goto(`${web.world.url}/s/${asking}`)
    await page.getByRole('region', { name: /^Needs you: may/ }).getByRole('button', { name: 'Allow' }).waitFor()
    // Until the message is drawn with its marks the rows below it still move: nobody aims at them before.
    await page.getByRole('log', { name: 'Transcript' }).getByRole('img', { name: 'done' }).waitFor({ state: 'attached' })
    await page.getByRole('button', { name: /^Edit a\.txt/ }).click()
    await page.getByRole('group', { name: 'Changed lines' }).waitFor()
  })

  on('prompt with files, commands offered', async (page) => {
    await page.goto(`${web.world.url}/s/${planned}`)
    await page.locator('input[type=file]').setInputFiles([{ name: 'dot.png', mimeType: 'image/png', buffer: Buffer.from(redDot, 'base64') }, { name: `${'long'.repeat(30)}.csv`, mimeType: 'text/csv', buffer: Buffer.from('a') }])
    await page.getByRole('button', { name: 'Remove dot.png' }).waitFor()
    await page.getByRole('textbox', { name: 'Prompt' }).pressSequentially('/re')
    await page.getByRole('option', { name: /release/ }).waitFor()
  })

  on('plan that waits for a word', async (page) => {
    await page.goto(`${web.world.url}/s/${planned}`)
    await page.getByRole('button', { name: 'Carry out the plan' }).waitFor()
    await page.getByRole('article', { name: 'You' }).locator('img').waitFor()
  })

  on('summary', async (page) => {
    await page.goto(`${web.world.url}/s/${asking}`)
    if (look.width < 1_200) await page.getByRole('button', { name: 'Summary (.)' }).click()
    await page.getByText('Nothing confines the agent but its own gate').filter({ visible: true }).waitFor()
  })
})

it('loads at most 300 kB (gzip) before the page is there', async () => {
  const html = await (await fetch(web.world.url)).text()
  const files = [...html.matchAll(/(?:src|href)="(\/[^"]+\.(?:js|css|svg|webmanifest))"/g)].map((match) => match[1] ?? '')
  expect(files.filter((file) => file.endsWith('.js')).length).toBeGreaterThan(0)
  const sizes = await Promise.all(files.map(async (file) => gzipSync(new Uint8Array(await (await fetch(`${web.world.url}${file}`)).arrayBuffer()), { level: 9 }).length))
  const total = gzipSync(html).length + sizes.reduce((sum, size) => sum + size, 0)
  process.stdout.write(`first load: ${(total / 1_000).toFixed(1)} kB gzip\n`)
  expect(total).toBeLessThanOrEqual(300_000)
})

it('sends the page compressed', async () => {
  const html = await fetch(web.world.url)
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(await html.text())?.[1] ?? ''
  const response = await fetch(`${web.world.url}${script}`, { headers: { 'accept-encoding': 'br' } })
  expect(response.headers.get('content-encoding')).toBe('br')
  expect(response.headers.get('cache-control')).toContain('immutable')
})
