import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchBrowser, openPage } from '../support/browser.ts'
import { makeGate } from '../support/gate.ts'
import { startWebWorld, type WebWorld, webToken } from '../support/web-world.ts'

/** The page in a real browser on the real server: what a person does and sees. */
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

const enter = async (path = '/') => {
  await page.goto(`${world.url}${path}#token=${webToken}`)
  await page.getByRole('navigation', { name: 'Sessions' }).waitFor()
}
const transcript = () => page.getByRole('log', { name: 'Transcript' })
const said = (text: string) => transcript().getByRole('article', { name: 'Agent' }).getByText(text, { exact: true })

describe('getting in', () => {
  it('says how, and takes a token that was pasted', async () => {
    await page.goto(world.url)
    await page.getByRole('heading', { name: 'Sign in to Omnigent' }).waitFor()
    expect(await page.getByText('omni open').isVisible()).toBe(true)
    await page.getByLabel(/Paste the address/).fill('not-the-token-of-this-server-at-all')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').waitFor()
    await page.getByLabel(/Paste the address/).fill(world.entry)
    await page.keyboard.press('Enter')
    await page.getByRole('navigation', { name: 'Sessions' }).waitFor()
  })

  it('swaps the token of the address for a cookie and leaves it nowhere', async () => {
    const session = await world.play('Deep link', [{ say: 'Here.' }])
    await enter(`/s/${session}`)
    await said('Here.').waitFor()
    expect(page.url()).toBe(`${world.url}/s/${session}`)
    await page.reload()
    await said('Here.').waitFor()
    expect(opened.problems).toEqual([])
  })
})

describe('a session', () => {
  it('starts from the dialog, by keyboard alone, and streams what is said', async () => {
    await enter()
    await page.getByRole('navigation').waitFor()
    await page.keyboard.press('n')
    await page.getByRole('dialog', { name: 'New session' }).getByText('Scripted demo').waitFor()
    await page.keyboard.insertText('Say it. PLAN:[{"say":"# It works\\n\\n- **bold**","deltas":5}]')
    await page.keyboard.press('Control+Enter')
    await transcript().getByRole('heading', { name: 'It works' }).waitFor()
    await page.getByRole('link', { name: /Say it.*done/s }).waitFor()
    expect(opened.problems).toEqual([])
  })

  it('asks before a push, shows it exactly, and runs it once a person allows it', async () => {
    const session = await world.play('Push', [{ shell: 'echo pushed > out.txt; true git push --force origin main' }, { say: 'Pushed.' }])
    await enter(`/s/${session}`)
    const card = page.getByRole('region', { name: /^Needs you: may/ })
    await card.waitFor()
    expect(await card.getByRole('group', { name: 'Command' }).innerText()).toContain('true git push --force origin main')
    expect(await card.getByText('A push publishes what is in the work folder.').isVisible()).toBe(true)
    await expect(readFile(join(world.folder, 'out.txt'))).rejects.toThrow(/ENOENT/)
    await page.getByRole('log').focus()
    await page.keyboard.press('a')
    for (const name of ['Command', 'Copy the command', 'Comment for the agent (optional)', 'Deny', 'Allow']) {
      await page.keyboard.press('Tab')
      expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent)).toBe(name)
    }
    await page.keyboard.press('Enter')
    await said('Pushed.').waitFor()
    expect(await readFile(join(world.folder, 'out.txt'), 'utf8')).toBe('pushed\n')
    await card.waitFor({ state: 'detached' })
  })

  it('tells the agent what a person said with their no', async () => {
    const session = await world.play('Refused', [{ shell: 'rm -rf build' }, { say: 'Then not.' }])
    await enter(`/s/${session}`)
    await page.getByLabel('Comment for the agent (optional)').fill('keep it')
    await page.getByRole('button', { name: 'Deny' }).click()
    await said('Then not.').waitFor()
    await transcript().getByRole('button', { name: /rm -rf build.*denied/s }).click()
    await transcript().getByText(/denied by local: keep it/).waitFor()
  })

  it('queues while a turn runs, reorders by keyboard, edits, deletes, and stops by Esc', async () => {
    const session = await world.play('Queue', [{ say: 'Waiting.' }, { stall: true }])
    await enter(`/s/${session}`)
    await said('Waiting.').waitFor()
    const prompt = page.getByLabel('Prompt', { exact: true })
    for (const text of ['first', 'second', 'third']) {
      await prompt.fill(text)
      await prompt.press('Enter')
      await page.getByRole('region', { name: 'Queue' }).getByText(text).waitFor()
    }
    const rows = page.getByRole('region', { name: 'Queue' }).getByRole('listitem')
    await page.getByRole('button', { name: 'Move 3 up' }).focus()
    await page.keyboard.press('Alt+ArrowUp')
    await expect.poll(() => rows.allInnerTexts().then((texts) => texts.map((text) => text.replace(/\s+/g, ' ').trim()))).toEqual(['1 first', '2 third', '3 second'])
    await page.getByRole('button', { name: 'Edit 2' }).click()
    await page.getByLabel('Queued prompt').fill('third, changed')
    await page.keyboard.press('Enter')
    await rows.getByText('third, changed').waitFor()
    await page.getByRole('button', { name: 'Delete 1' }).click()
    await expect.poll(() => rows.count()).toBe(2)
    await prompt.press('Escape')
    await transcript().getByText(/^Stopped/).waitFor()
    await page.getByText('Held: 2 waiting until you say go').waitFor()
    await page.getByRole('button', { name: 'Run queue' }).click()
    await expect.poll(() => rows.count(), { timeout: 20_000 }).toBe(0)
  })

  it('forks from a turn, renames and archives', async () => {
    const session = await world.play('Source', [{ say: 'One.' }])
    await world.idle(session)
    await enter(`/s/${session}`)
    await transcript().getByRole('button', { name: 'Fork from this turn' }).click()
    await page.getByRole('heading', { name: 'Fork of Source' }).waitFor()
    await said('One.').waitFor()
    await page.getByRole('button', { name: 'Session menu' }).click()
    await page.getByRole('menuitem', { name: 'Rename…' }).click()
    await page.getByRole('dialog').getByLabel('Title').fill('Another way')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Another way' }).waitFor()
    await page.getByRole('button', { name: 'Session menu' }).click()
    await page.getByRole('menuitem', { name: 'Archive' }).click()
    await page.getByText('This session is archived and takes no prompts.').waitFor()
    await expect.poll(() => page.getByRole('navigation').getByRole('link', { name: /Another way/ }).count()).toBe(0)
  })

  it('goes on with another model, and says so', async () => {
    const session = await world.play('Switching', [{ say: 'One.' }])
    await world.idle(session)
    await enter(`/s/${session}`)
    await said('One.').waitFor()
    await page.getByRole('button', { name: 'Session menu' }).click()
    await page.getByRole('menuitem', { name: 'Switch harness, model or effort…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('radio', { name: /Scripted/ }).waitFor()
    expect(await dialog.getByRole('button', { name: 'Switch' }).isDisabled()).toBe(true)
    await dialog.getByRole('combobox', { name: 'Model' }).fill('large')
    await page.keyboard.press('Enter')
    await transcript().getByText('Goes on with scripted (large).').waitFor()
    await page.getByText('demo · scripted · large').first().waitFor()
  })

  it('does not move under a press, however much is said meanwhile, and is at its end again afterwards', async () => {
    const gate = makeGate(world.folder, 'press')
    const lines = Array.from({ length: 60 }, (_, index) => `Paragraph ${index + 1}.`).join('\n\n')
    const session = await world.play('Press', [{ say: lines }, { write: { path: 'pressed.txt', content: 'one\n' } }, { shell: gate.wait }, { say: `${lines}\n\nThe last of it.`, deltas: 1 }])
    await enter(`/s/${session}`)
    const row = transcript().getByRole('button', { name: /pressed\.txt/ })
    await transcript().getByText('Paragraph 60.', { exact: true }).waitFor()
    await transcript().getByRole('button', { name: /cat press/ }).waitFor()
    const press = async () => {
      await row.hover()
      await page.mouse.down()
      return row.boundingBox()
    }
    const before = await press()
    await gate.open()
    await world.idle(session)
    await said('The last of it.').waitFor({ state: 'attached' })
    expect(await row.boundingBox()).toEqual(before)
    // Pressed on one place, let go on another: nothing was clicked, so the end is what is read.
    await page.mouse.move(1, 1)
    await page.mouse.up()
    await expect.poll(() => said('The last of it.').isVisible()).toBe(true)
    await expect.poll(() => transcript().evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight)).toBeLessThan(2)
  })

  it('opens the row that is pressed while what stands above it is still being drawn', async () => {
    const session = await world.play('Aim', [{ say: `| a | b |\n|---|---|\n${'| 1 | 2 |\n'.repeat(40)}` }, { write: { path: 'aimed.txt', content: 'one\n' } }])
    await world.idle(session)
    const drawing = Promise.withResolvers<void>()
    await page.route('**/assets/markdown*.js', async (route) => {
      await drawing.promise
      await route.continue()
    })
    await enter(`/s/${session}`)
    await transcript().getByRole('button', { name: /aimed\.txt/ }).hover()
    await page.mouse.down()
    drawing.resolve()
    await transcript().getByRole('table').waitFor({ state: 'attached' })
    // Drawn, measured and scrolled for: two frames.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
    await page.mouse.up()
    await transcript().getByRole('group', { name: 'Changed lines' }).waitFor()
  })

  it('opens at its end however long it is, and fetches what is older on the way up', async () => {
    const session = await world.play('Long', Array.from({ length: 140 }, (_, index) => ({ say: `Line ${index + 1} of the story.`, deltas: 1 })))
    await world.idle(session)
    await enter(`/s/${session}`)
    await said('Line 140 of the story.').waitFor()
    expect(await said('Line 1 of the story.').count()).toBe(0)
    await transcript().hover()
    await expect.poll(async () => {
      await page.mouse.wheel(0, -5_000)
      return said('Line 1 of the story.').count()
    }, { timeout: 20_000 }).toBe(1)
    await page.getByRole('button', { name: 'Latest' }).click()
    await expect.poll(() => said('Line 140 of the story.').isVisible()).toBe(true)
  })
})

describe('hostile text', () => {
  it('is shown, never obeyed', async () => {
    const evil = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script> ![pixel](https://evil.example/p.png) [click](javascript:window.hacked=1) a\u202eb'
    const session = await world.play('Title <b>bold</b> \u202egnp.exe', [{ say: evil }, { shell: 'echo "<script>window.hacked=1</script>" \u202e' }, { say: 'End.' }])
    await enter(`/s/${session}`)
    await said('End.').waitFor()
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Title <b>bold</b> <U+202E>gnp.exe')
    await transcript().getByRole('article', { name: 'Agent' }).getByText('<script>window.hacked=1</script>').waitFor()
    await transcript().getByText('a‹U+202E›b').waitFor()
    const image = transcript().getByRole('link', { name: 'pixel (evil.example)' })
    expect(await image.getAttribute('rel')).toContain('noopener')
    expect(await transcript().locator('img, script, iframe').count()).toBe(0)
    expect(await transcript().getByRole('link', { name: 'click' }).count()).toBe(0)
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false)
    expect(opened.problems).toEqual([])
  })
})

describe('searching', () => {
  it('finds words in titles and in what was said', async () => {
    const session = await world.play('Needle work', [{ say: 'The haystack is in the barn.' }])
    await world.idle(session)
    await enter()
    await page.keyboard.press('/')
    await page.keyboard.type('haystack')
    await page.getByRole('list', { name: 'Search results' }).getByRole('link', { name: /Needle work/ }).first().click()
    await said('The haystack is in the barn.').waitFor()
  })
})

describe('a lost line', () => {
  it('is said, and nothing is missing when it is back', async () => {
    const session = await world.play('Line', [{ say: 'Before.' }, { shell: 'sleep 3' }, { say: 'After.' }])
    await enter(`/s/${session}`)
    await said('Before.').waitFor()
    await world.stopServing()
    await page.getByRole('main').getByText(/Connection lost|does not answer/).waitFor()
    await world.serveAgain()
    await said('After.').waitFor()
    await expect.poll(() => page.getByText(/Connection lost|does not answer/).count()).toBe(0)
  })
})
