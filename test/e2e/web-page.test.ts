import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeGate } from '../support/gate.ts'
import { usePage, useWeb } from '../support/web-fixture.ts'
import { webToken } from '../support/web-world.ts'

/** The page in a real browser on the real server: what a person does and sees. */
const web = useWeb()
const opened = usePage(web)

const enter = async (path = '/') => {
  await opened.page.goto(`${web.world.url}${path}#token=${webToken}`)
  await opened.page.getByRole('navigation', { name: 'Sessions' }).waitFor()
}
const transcript = () => opened.page.getByRole('log', { name: 'Transcript' })
const said = (text: string) => transcript().getByRole('article', { name: 'Agent' }).getByText(text, { exact: true })

describe('getting in', () => {
  it('says how, and takes a token that was pasted', async () => {
    await opened.page.goto(web.world.url)
    await opened.page.getByRole('heading', { name: 'Sign in to Omnigent' }).waitFor()
    expect(await opened.page.getByText('omni open').isVisible()).toBe(true)
    await opened.page.getByLabel(/Paste the address/).fill('not-the-token-of-this-server-at-all')
    await opened.page.getByRole('button', { name: 'Sign in' }).click()
    await opened.page.getByRole('alert').waitFor()
    await opened.page.getByLabel(/Paste the address/).fill(web.world.entry)
    await opened.page.keyboard.press('Enter')
    await opened.page.getByRole('navigation', { name: 'Sessions' }).waitFor()
  })

  it('swaps the token of the address for a cookie and leaves it nowhere', async () => {
    const session = await web.world.play('Deep link', [{ say: 'Here.' }])
    await enter(`/s/${session}`)
    await said('Here.').waitFor()
    expect(opened.page.url()).toBe(`${web.world.url}/s/${session}`)
    await opened.page.reload()
    await said('Here.').waitFor()
    expect(opened.problems).toEqual([])
  })
})

describe('a session', () => {
  it('starts from the dialog, by keyboard alone, and streams what is said', async () => {
    await enter()
    await opened.page.getByRole('navigation').waitFor()
    await opened.page.keyboard.press('n')
    await opened.page.getByRole('dialog', { name: 'New session' }).getByText('Scripted demo').waitFor()
    await opened.page.keyboard.insertText('Say it. PLAN:[{"say":"# It works\\n\\n- **bold**","deltas":5}]')
    await opened.page.keyboard.press('Control+Enter')
    await transcript().getByRole('heading', { name: 'It works' }).waitFor()
    await opened.page.getByRole('link', { name: /Say it.*done/s }).waitFor()
    expect(opened.problems).toEqual([])
  })

  it('asks before a push, shows it exactly, and runs it once a person allows it', async () => {
    const session = await web.world.play('Push', [{ shell: 'echo pushed > out.txt; true git push --force origin main' }, { say: 'Pushed.' }])
    await enter(`/s/${session}`)
    const card = opened.page.getByRole('region', { name: /^Needs you: may/ })
    await card.waitFor()
    expect(await card.getByRole('group', { name: 'Command' }).innerText()).toContain('true git push --force origin main')
    expect(await card.getByText('A push publishes what is in the work folder.').isVisible()).toBe(true)
    await expect(readFile(join(web.world.folder, 'out.txt'))).rejects.toThrow(/ENOENT/)
    await opened.page.getByRole('log').focus()
    await opened.page.keyboard.press('a')
    for (const name of ['Command', 'Copy the command', 'Allow this for the rest of the session', 'Comment for the agent (optional)', 'Deny', 'Allow']) {
      await opened.page.keyboard.press('Tab')
      expect(await opened.page.evaluate(() => {
        const at = document.activeElement
        return at?.getAttribute('aria-label') ?? (at instanceof HTMLInputElement ? at.labels?.[0]?.textContent : at?.textContent)
      })).toBe(name)
    }
    await opened.page.keyboard.press('Enter')
    await said('Pushed.').waitFor()
    expect(await readFile(join(web.world.folder, 'out.txt'), 'utf8')).toBe('pushed\n')
    await card.waitFor({ state: 'detached' })
  })

  it('tells the agent what a person said with their no', async () => {
    const session = await web.world.play('Refused', [{ shell: 'rm -rf build' }, { say: 'Then not.' }])
    await enter(`/s/${session}`)
    await opened.page.getByLabel('Comment for the agent (optional)').fill('keep it')
    await opened.page.getByRole('button', { name: 'Deny' }).click()
    await said('Then not.').waitFor()
    await transcript().getByRole('button', { name: /rm -rf build.*denied/s }).click()
    await transcript().getByText(/denied by local: keep it/).waitFor()
  })

  it('queues while a turn runs, reorders by keyboard, edits, deletes, and stops by Esc', async () => {
    const session = await web.world.play('Queue', [{ say: 'Waiting.' }, { stall: true }])
    await enter(`/s/${session}`)
    await said('Waiting.').waitFor()
    const prompt = opened.page.getByLabel('Prompt', { exact: true })
    for (const text of ['first', 'second', 'third']) {
      await prompt.fill(text)
      await prompt.press('Enter')
      await opened.page.getByRole('region', { name: 'Queue' }).getByText(text).waitFor()
    }
    const rows = opened.page.getByRole('region', { name: 'Queue' }).getByRole('listitem')
    await opened.page.getByRole('button', { name: 'Move 3 up' }).focus()
    await opened.page.keyboard.press('Alt+ArrowUp')
    await expect.poll(() => rows.allInnerTexts().then((texts) => texts.map((text) => text.replace(/\s+/g, ' ').trim()))).toEqual(['1 first', '2 third', '3 second'])
    await opened.page.getByRole('button', { name: 'Edit 2' }).click()
    await opened.page.getByLabel('Queued prompt').fill('third, changed')
    await opened.page.keyboard.press('Enter')
    await rows.getByText('third, changed').waitFor()
    await opened.page.getByRole('button', { name: 'Delete 1' }).click()
    await expect.poll(() => rows.count()).toBe(2)
    await prompt.press('Escape')
    await transcript().getByText(/^Stopped/).waitFor()
    await opened.page.getByText('Held: 2 waiting until you say go').waitFor()
    await opened.page.getByRole('button', { name: 'Run queue' }).click()
    await expect.poll(() => rows.count(), { timeout: 20_000 }).toBe(0)
  })

  it('forks from a turn, renames and archives', async () => {
    const session = await web.world.play('Source', [{ say: 'One.' }])
    await web.world.idle(session)
    await enter(`/s/${session}`)
    await transcript().getByRole('button', { name: 'Fork from this turn' }).click()
    await opened.page.getByRole('heading', { name: 'Fork of Source' }).waitFor()
    await said('One.').waitFor()
    await opened.page.getByRole('button', { name: 'Session menu' }).click()
    await opened.page.getByRole('menuitem', { name: 'Rename…' }).click()
    await opened.page.getByRole('dialog').getByLabel('Title').fill('Another way')
    await opened.page.keyboard.press('Enter')
    await opened.page.getByRole('heading', { name: 'Another way' }).waitFor()
    await opened.page.getByRole('button', { name: 'Session menu' }).click()
    await opened.page.getByRole('menuitem', { name: 'Archive' }).click()
    await opened.page.getByText('This session is archived and takes no prompts.').waitFor()
    await expect.poll(() => opened.page.getByRole('navigation').getByRole('link', { name: /Another way/ }).count()).toBe(0)
  })

  it('goes on with another model, and says so', async () => {
    const session = await web.world.play('Switching', [{ say: 'One.' }])
    await web.world.idle(session)
    await enter(`/s/${session}`)
    await said('One.').waitFor()
    await opened.page.getByRole('button', { name: 'Session menu' }).click()
    await opened.page.getByRole('menuitem', { name: 'Switch harness, model or effort…' }).click()
    const dialog = opened.page.getByRole('dialog')
    await dialog.getByRole('radio', { name: /Scripted/ }).waitFor()
    expect(await dialog.getByRole('button', { name: 'Switch' }).isDisabled()).toBe(true)
    await dialog.getByRole('combobox', { name: 'Model' }).fill('large')
    await opened.page.keyboard.press('Enter')
    await transcript().getByText('Goes on with scripted (large).').waitFor()
    await opened.page.getByText('demo · scripted · large').first().waitFor()
  })

  it('does not move under a press, however much is said meanwhile, and is at its end again afterwards', async () => {
    const gate = makeGate(web.world.folder, 'press')
    const lines = Array.from({ length: 60 }, (_, index) => `Paragraph ${index + 1}.`).join('\n\n')
    const session = await web.world.play('Press', [{ say: lines }, { write: { path: 'pressed.txt', content: 'one\n' } }, { shell: gate.wait }, { say: `${lines}\n\nThe last of it.`, deltas: 1 }])
    await enter(`/s/${session}`)
    const row = transcript().getByRole('button', { name: /pressed\.txt/ })
    await transcript().getByText('Paragraph 60.', { exact: true }).waitFor()
    await transcript().getByRole('button', { name: /cat press/ }).waitFor()
    const press = async () => {
      await row.hover()
      await opened.page.mouse.down()
      return row.boundingBox()
    }
    const before = await press()
    await gate.open()
    await web.world.idle(session)
    await said('The last of it.').waitFor({ state: 'attached' })
    expect(await row.boundingBox()).toEqual(before)
    // Pressed on one place, let go on another: nothing was clicked, so the end is what is read.
    await opened.page.mouse.move(1, 1)
    await opened.page.mouse.up()
    await expect.poll(() => said('The last of it.').isVisible()).toBe(true)
    await expect.poll(() => transcript().evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight)).toBeLessThan(2)
  })

  it('opens the row that is pressed while what stands above it is still being drawn', async () => {
    const session = await web.world.play('Aim', [{ say: `| a | b |\n|---|---|\n${'| 1 | 2 |\n'.repeat(40)}` }, { write: { path: 'aimed.txt', content: 'one\n' } }])
    await web.world.idle(session)
    const drawing = Promise.withResolvers<void>()
    await opened.page.route('**/assets/markdown*.js', async (route) => {
      await drawing.promise
      await route.continue()
    })
    await enter(`/s/${session}`)
    await transcript().getByRole('button', { name: /aimed\.txt/ }).hover()
    await opened.page.mouse.down()
    drawing.resolve()
    await transcript().getByRole('table').waitFor({ state: 'attached' })
    // Drawn, measured and scrolled for: two frames.
    await opened.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
    await opened.page.mouse.up()
    await transcript().getByRole('group', { name: 'Changed lines' }).waitFor()
  })

  it('opens at its end however long it is, and fetches what is older on the way up', async () => {
    const session = await web.world.play('Long', Array.from({ length: 140 }, (_, index) => ({ say: `Line ${index + 1} of the story.`, deltas: 1 })))
    await web.world.idle(session)
    await enter(`/s/${session}`)
    await said('Line 140 of the story.').waitFor()
    expect(await said('Line 1 of the story.').count()).toBe(0)
    await transcript().hover()
    await expect.poll(async () => {
      await opened.page.mouse.wheel(0, -5_000)
      return said('Line 1 of the story.').count()
    }, { timeout: 20_000 }).toBe(1)
    await opened.page.getByRole('button', { name: 'Latest' }).click()
    await expect.poll(() => said('Line 140 of the story.').isVisible()).toBe(true)
  })
})

describe('hostile text', () => {
  it('is shown, never obeyed', async () => {
    const evil = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script> ![pixel](https://evil.example/p.png) [click](javascript:window.hacked=1) a\u202eb'
    const session = await web.world.play('Title <b>bold</b> \u202egnp.exe', [{ say: evil }, { shell: 'echo "<script>window.hacked=1</script>" \u202e' }, { say: 'End.' }])
    await enter(`/s/${session}`)
    await said('End.').waitFor()
    expect(await opened.page.getByRole('heading', { level: 1 }).innerText()).toBe('Title <b>bold</b> <U+202E>gnp.exe')
    await transcript().getByRole('article', { name: 'Agent' }).getByText('<script>window.hacked=1</script>').waitFor()
    await transcript().getByText('a‹U+202E›b').waitFor()
    const image = transcript().getByRole('link', { name: 'pixel (evil.example)' })
    expect(await image.getAttribute('rel')).toContain('noopener')
    expect(await transcript().locator('img, script, iframe').count()).toBe(0)
    expect(await transcript().getByRole('link', { name: 'click' }).count()).toBe(0)
    expect(await opened.page.evaluate(() => 'hacked' in window)).toBe(false)
    expect(opened.problems).toEqual([])
  })
})

describe('searching', () => {
  it('finds words in titles and in what was said', async () => {
    const session = await web.world.play('Needle work', [{ say: 'The haystack is in the barn.' }])
    await web.world.idle(session)
    await enter()
    await opened.page.keyboard.press('/')
    await opened.page.keyboard.type('haystack')
    await opened.page.getByRole('list', { name: 'Search results' }).getByRole('link', { name: /Needle work/ }).first().click()
    await said('The haystack is in the barn.').waitFor()
  })
})

describe('a lost line', () => {
  it('is said, and nothing is missing when it is back', async () => {
    const session = await web.world.play('Line', [{ say: 'Before.' }, { shell: 'sleep 3' }, { say: 'After.' }])
    await enter(`/s/${session}`)
    await said('Before.').waitFor()
    await web.world.stopServing()
    await opened.page.getByRole('main').getByText(/Connection lost|does not answer/).waitFor()
    await web.world.serveAgain()
    await said('After.').waitFor()
    await expect.poll(() => opened.page.getByText(/Connection lost|does not answer/).count()).toBe(0)
  })
})
