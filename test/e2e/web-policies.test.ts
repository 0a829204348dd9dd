import { describe, expect, it } from 'vitest'
import { openPage } from '../support/browser.ts'
import { checkScreen, useWeb } from '../support/web-fixture.ts'
import { webToken } from '../support/web-world.ts'

/** What a session keeps to, on the page: seen, added to, taken back; a yes for longer than once. */
const web = useWeb()

describe.each([['light', 1_440], ['dark', 390]] as const)('%s at %i px', (scheme, width) => {
  it('shows every level, checks what is typed, adds it and takes it back', async () => {
    const session = await web.world.play(`Policies ${width}`, [{ say: 'Hello.' }])
    await web.world.idle(session)
    const { page, problems, close } = await openPage(web.browser, { scheme, width })
    await page.goto(`${web.world.url}/s/${session}#token=${webToken}`)
    await page.getByRole('article', { name: 'Agent' }).first().waitFor()
    await page.getByRole('button', { name: 'Session menu' }).click()
    await page.getByRole('menuitem', { name: 'Policies…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Policies' })
    await dialog.getByText('leaves-the-machine').waitFor()
    const box = dialog.getByRole('textbox', { name: 'Add to this session' })
    await box.fill('name: no-force\ntype: gti\naction: deny')
    await dialog.getByText('Line 2, column 7: there is no policy type "gti"').waitFor()
    await dialog.getByText('did you mean "git"?').waitFor()
    expect(await dialog.getByRole('button', { name: 'Add' }).isDisabled()).toBe(true)
    await checkScreen(page, `policies-problem-${scheme}-${width}`)
    await box.fill('name: no-force\ntype: git\nmatch: {verb: push, force: true}\naction: deny')
    await dialog.getByText('It can be added.').waitFor()
    await dialog.getByRole('button', { name: 'Add' }).click()
    await dialog.getByRole('button', { name: 'Remove no-force' }).waitFor()
    expect(await box.inputValue()).toBe('')
    await checkScreen(page, `policies-${scheme}-${width}`)
    await dialog.getByRole('button', { name: 'Remove no-force' }).click()
    await expect.poll(() => dialog.getByText('no-force').count()).toBe(0)
    expect(problems).toEqual([])
    await close()
  })

  it('remembers a yes as a pattern that is seen and changed, and asks again once it is taken back', async () => {
    const session = await web.world.play(`Remember ${width}`, [{ shell: 'git push origin one' }, { say: 'Pushed.' }])
    const { page, problems, close } = await openPage(web.browser, { scheme, width })
    await page.goto(`${web.world.url}/s/${session}#token=${webToken}`)
    await page.getByRole('checkbox', { name: 'Allow this for the rest of the session' }).check()
    const pattern = page.getByRole('list', { name: 'What will be allowed' }).getByRole('textbox').first()
    await checkScreen(page, `remember-${scheme}-${width}`)
    await pattern.fill('git push*')
    await page.getByRole('button', { name: 'Allow', exact: true }).click()
    await page.getByText('Pushed.', { exact: true }).waitFor()
    const box = page.getByRole('textbox', { name: 'Prompt' })
    const prompt = async (text: string) => {
      await box.fill(text)
      await page.getByRole('button', { name: 'Send' }).click()
    }
    await prompt('PLAN:[{"shell":"git push origin two"},{"say":"Pushed two."}]')
    await page.getByText('Pushed two.', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Session menu' }).click()
    await page.getByRole('menuitem', { name: 'Policies…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Policies' })
    await dialog.getByRole('button', { name: 'Ask again about exec' }).click()
    await expect.poll(() => dialog.getByText('Allowed for the rest of the session').count()).toBe(0)
    await dialog.getByRole('button', { name: 'Close' }).click()
    await prompt('PLAN:[{"shell":"git push origin three"},{"say":"Pushed three."}]')
    await page.getByRole('button', { name: 'Allow', exact: true }).waitFor()
    expect(problems).toEqual([])
    await close()
  })
})
