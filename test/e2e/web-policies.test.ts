import type { Locator, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { looks, openPage } from '../support/browser.ts'
import { draw } from '../support/lane.ts'
import { checkScreen, useWeb } from '../support/web-fixture.ts'
import { webToken } from '../support/web-world.ts'

/** What a session keeps to, on the page: seen, added to, taken back; a yes for longer than once. */
const web = useWeb()

/** The policies dialog of a session, open. */
async function openPolicies(page: Page, session: string): Promise<Locator> {
  if (!page.url().includes(session)) await page.goto(`${web.world.url}/s/${session}#token=${webToken}`)
  await page.getByRole('article', { name: 'Agent' }).first().waitFor()
  await page.getByRole('button', { name: 'Session menu' }).click()
  await page.getByRole('menuitem', { name: 'Policies…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Policies', exact: true })
  await dialog.getByText('leaves-the-machine').waitFor()
  return dialog
}

async function openComposer(page: Page, dialog: Locator): Promise<Locator> {
  await dialog.getByRole('button', { name: 'Add a policy' }).click()
  const composer = page.getByRole('dialog', { name: 'New policy' })
  await composer.getByRole('radio', { name: 'Git', exact: true }).waitFor({ state: 'attached' })
  return composer
}

describe.each(draw('looks of the policy form', looks, 2))('$scheme at $width px', ({ scheme, width }) => {
  const picture = (name: string) => `${name}-${scheme}-${width}`

  it('is added by form: a push asks once a package was installed, and that is what happens', async () => {
    const session = await web.world.play(`Form ${width} ${scheme}`, [{ say: 'Hello.' }])
    await web.world.idle(session)
    const { page, problems, close } = await openPage(web.browser, { scheme, width })
    const dialog = await openPolicies(page, session)
    await checkScreen(page, picture('policies-empty'))
    const composer = await openComposer(page, dialog)
    await checkScreen(page, picture('form-start'))
    await composer.getByText('Git', { exact: true }).click()
    expect(await composer.getByRole('checkbox', { name: 'Push' }).isChecked()).toBe(true)
    await composer.getByLabel('Only after').selectOption('package.install')
    await composer.getByLabel('Package managers').fill('npm\npnpm')
    await composer.getByRole('checkbox', { name: 'Until a person has allowed it once' }).check()
    await composer.getByRole('radio', { name: /^Ask/ }).check()
    await composer.getByText('It can be added.').waitFor()
    const text = composer.getByRole('group', { name: 'YAML' }).filter({ visible: true })
    expect(await text.innerText()).toBe('name: ask-push-after-install\ntype: git\nmatch:\n  verb: push\nafter:\n  package.install:\n    manager:\n      - npm\n      - pnpm\n  cleared_by: approval\naction: ask')
    await checkScreen(page, picture('form-git'))
    expect(await overflow(composer)).toEqual([])
    await composer.getByRole('button', { name: 'Add', exact: true }).click()
    await composer.waitFor({ state: 'hidden' })
    await dialog.getByRole('switch', { name: 'ask-push-after-install in force' }).waitFor()
    await checkScreen(page, picture('policies-added'))
    await page.keyboard.press('Escape')
    const box = page.getByRole('textbox', { name: 'Prompt' })
    await box.fill('PLAN:[{"shell":"npm install --offline left-pad || true"},{"shell":"git -C . push nowhere"},{"say":"Pushed."}]')
    await page.getByRole('button', { name: 'Send' }).click()
    const card = page.getByRole('region', { name: /^Needs you/ })
    await card.getByText('session/ask-push-after-install').waitFor()
    expect(problems).toEqual([])
    await close()
  })

  // Each theme and each width once is enough.
  if ((scheme === 'dark') === (width > 500)) it('says at each field what is wrong with it, and what is missing once somebody tries', async () => {
    const session = await web.world.play(`Wrong ${width} ${scheme}`, [{ say: 'Hello.' }])
    await web.world.idle(session)
    const { page, problems, close } = await openPage(web.browser, { scheme, width })
    const composer = await openComposer(page, await openPolicies(page, session))
    await composer.getByText('Money', { exact: true }).click()
    const amount = composer.getByRole('textbox', { name: 'Pause every' })
    await composer.getByRole('button', { name: 'Add', exact: true }).click()
    await composer.getByRole('alert').getByText('After how much should it pause?').waitFor()
    expect(await amount.evaluate((field) => field === document.activeElement)).toBe(true)
    await amount.fill('five')
    await composer.getByRole('textbox', { name: 'Name' }).fill('no spaces')
    const said = composer.getByRole('alert')
    await said.getByText(/number/).waitFor()
    await said.getByText(/letters, digits/).waitFor()
    expect(await amount.getAttribute('aria-describedby')).toBe(await said.filter({ hasText: /number/ }).getAttribute('id'))
    await amount.scrollIntoViewIfNeeded()
    await checkScreen(page, picture('form-wrong'))
    await amount.fill('$5')
    await composer.getByRole('textbox', { name: 'Name' }).fill('')
    await composer.getByText('It can be added.').waitFor()
    expect(await said.count()).toBe(0)
    await checkScreen(page, picture('form-money'))
    expect(problems).toEqual([])
    await close()
  })
})

it.each(draw('themes of every type of policy', ['light', 'dark'] as const, 1))('shows every type of policy without a sideways scroll, %s', async (scheme) => {
  const session = await web.world.play(`Types ${scheme}`, [{ say: 'Hello.' }])
  await web.world.idle(session)
  const { page, problems, close } = await openPage(web.browser, { scheme, width: scheme === 'light' ? 390 : 1_440 })
  const composer = await openComposer(page, await openPolicies(page, session))
  const names = (await composer.getByRole('radio').evaluateAll((radios) => radios.map((radio) => radio.parentElement?.textContent ?? '')))
  expect(names.length).toBe(14)
  for (const name of names) {
    const change = composer.getByRole('button', { name: 'Change' }).filter({ visible: true })
    if (await change.count() > 0) await change.click()
    await composer.getByText(name, { exact: true }).filter({ visible: true }).first().click()
    const closed = composer.getByRole('button', { name: /^More/, expanded: false })
    while (await closed.count() > 0) await closed.first().click()
    expect(await overflow(composer), name).toEqual([])
    // Every kind of control is on one of these.
    if (['Network', 'Time', 'Order'].includes(name)) await checkScreen(page, `form-type-${name.toLowerCase()}-${scheme}`)
  }
  await page.setViewportSize({ width: 900, height: 760 })
  expect(await overflow(composer)).toEqual([])
  await checkScreen(page, `form-900-${scheme}`)
  expect(problems).toEqual([])
  await close()
})

it('is used without a mouse: a pause every $5, switched off and on, removed', async () => {
  const session = await web.world.play('Keyboard', [{ say: 'Hello.' }])
  await web.world.idle(session)
  const { page, problems, close } = await openPage(web.browser, { scheme: 'light', width: 1_440 })
  const dialog = await openPolicies(page, session)
  const key = (...keys: readonly string[]) => keys.reduce<Promise<void>>((before, each) => before.then(() => page.keyboard.press(each)), Promise.resolve())
  /** Tabs on to a control, as a person does. */
  const tabTo = async (target: Locator) => {
    for (let presses = 0; presses < 30; presses++) {
      if (await target.evaluate((element) => element === document.activeElement)) return
      await key('Tab')
    }
    throw new Error(`Tab does not lead to ${String(target)}.`)
  }
  const add = dialog.getByRole('button', { name: 'Add a policy' })
  await tabTo(add)
  await key('Enter')
  const composer = page.getByRole('dialog', { name: 'New policy' })
  const money = composer.getByRole('radio', { name: 'Money' })
  await expect.poll(() => money.evaluate((radio) => radio === document.activeElement)).toBe(true)
  await key('ArrowDown', 'ArrowUp')
  expect(await money.isChecked()).toBe(true)
  await tabTo(composer.getByRole('textbox', { name: 'Pause every' }))
  await page.keyboard.type('5')
  await composer.getByText('It can be added.').waitFor()
  // Escape closes what is on top, gives the focus back, and loses nothing.
  await key('Escape')
  await composer.waitFor({ state: 'hidden' })
  await expect.poll(() => add.evaluate((button) => button === document.activeElement)).toBe(true)
  await key('Enter')
  await composer.getByText('It can be added.').waitFor()
  await tabTo(composer.getByRole('textbox', { name: 'Pause every' }))
  await key('Enter')
  await composer.waitFor({ state: 'hidden' })
  const toggle = dialog.getByRole('switch', { name: 'pause-every-5 in force' })
  await toggle.waitFor()
  const own = async () => (await web.world.client.sessionPolicies(session)).text
  const added = await own()
  expect(added).toMatch(/name: pause-every-5[^]*type: cost[^]*every: 5/)
  await toggle.focus()
  await key('Space')
  await expect.poll(own).toBe('')
  await expect.poll(() => toggle.getAttribute('aria-checked')).toBe('false')
  await checkScreen(page, 'policies-off-light-1440')
  await page.reload()
  await openPolicies(page, session)
  await expect.poll(() => toggle.getAttribute('aria-checked')).toBe('false')
  await toggle.focus()
  await key('Space')
  await expect.poll(own).toBe(added)
  await expect.poll(() => toggle.getAttribute('aria-checked')).toBe('true')
  expect(await dialog.getByRole('img', { name: 'Set by the server: it cannot be switched off here' }).count()).toBeGreaterThan(0)
  await dialog.getByRole('button', { name: 'Remove pause-every-5' }).focus()
  await key('Enter')
  await expect.poll(() => toggle.count()).toBe(0)
  expect(await own()).toBe('')
  expect(problems).toEqual([])
  await close()
})

describe.each([['light', 1_440], ['dark', 390]] as const)('%s at %i px', (scheme, width) => {
  it('shows every level, checks what is typed, adds it and takes it back', async () => {
    const session = await web.world.play(`Policies ${width}`, [{ say: 'Hello.' }])
    await web.world.idle(session)
    const { page, problems, close } = await openPage(web.browser, { scheme, width })
    const dialog = await openPolicies(page, session)
    const composer = await openComposer(page, dialog)
    await composer.getByRole('button', { name: 'YAML' }).click()
    const box = composer.getByRole('textbox', { name: 'A policy in YAML, or a list of them' })
    await box.fill('name: no-force\ntype: gti\naction: deny')
    await composer.getByText('Line 2, column 7: there is no policy type "gti"').waitFor()
    await composer.getByText('did you mean "git"?').waitFor()
    expect(await composer.getByRole('button', { name: 'Add', exact: true }).isDisabled()).toBe(true)
    await checkScreen(page, `policies-problem-${scheme}-${width}`)
    await composer.getByRole('button', { name: 'Form' }).click()
    await composer.getByText('The form cannot show this policy.').waitFor()
    await checkScreen(page, `form-beyond-${scheme}-${width}`)
    await composer.getByRole('button', { name: 'Back to YAML' }).click()
    expect(await box.inputValue()).toBe('name: no-force\ntype: gti\naction: deny')
    await box.fill('name: no-force\ntype: git\nmatch: {verb: push, force: true}\naction: deny')
    await composer.getByText('It can be added.').waitFor()
    await composer.getByRole('button', { name: 'Form' }).click()
    expect(await composer.getByLabel('Forced').inputValue()).toBe('yes')
    await composer.getByRole('button', { name: 'Add', exact: true }).click()
    await dialog.getByRole('button', { name: 'Remove no-force' }).waitFor()
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
    await page.getByRole('log').getByRole('button', { name: /git push origin one/ }).click()
    await page.getByRole('button', { name: 'Why was it decided so?' }).click()
    const why = page.getByRole('region', { name: 'Why' })
    await why.getByText('server/leaves-the-machine').waitFor()
    expect(await why.innerText()).toMatch(/command: .*git push.*yes[^]*Allowed by local/)
    await checkScreen(page, `why-${scheme}-${width}`)
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
    await expect.poll(() => dialog.getByText('Allowed from now on').count()).toBe(0)
    await dialog.getByRole('button', { name: 'Close' }).click()
    await prompt('PLAN:[{"shell":"git push origin three"},{"say":"Pushed three."}]')
    await page.getByRole('button', { name: 'Allow', exact: true }).waitFor()
    expect(problems).toEqual([])
    await close()
  })

  it('pauses for a budget before anything is sent, and goes on when a person says so', async () => {
    const session = await web.world.play(`Budget ${width}`, [{ say: 'Hello.' }])
    await web.world.idle(session)
    await web.world.client.command(session, { type: 'policy.add', text: 'name: pause\ntype: cost\nunit: tokens\nevery: 500\naction: ask' })
    const { page, problems, close } = await openPage(web.browser, { scheme, width })
    await page.goto(`${web.world.url}/s/${session}#token=${webToken}`)
    await page.getByRole('article', { name: 'Agent' }).first().waitFor()
    await page.getByRole('textbox', { name: 'Prompt' }).fill('PLAN:[{"say":"On we go."}]')
    await page.getByRole('button', { name: 'Send' }).click()
    const card = page.getByRole('region', { name: /^Needs you/ })
    await card.getByText(/tokens spent; the mark is 500 tokens/).waitFor()
    await checkScreen(page, `budget-${scheme}-${width}`)
    await card.getByRole('button', { name: 'Allow', exact: true }).click()
    await page.getByText('On we go.', { exact: true }).waitFor()
    expect(problems).toEqual([])
    await close()
  })
})

/** Whatever is wider than the place it has, scrolled text aside. */
function overflow(place: Locator): Promise<string[]> {
  return place.evaluate((dialog) => {
    const edge = dialog.getBoundingClientRect()
    return [...dialog.querySelectorAll('*')].filter((each) => each.checkVisibility() && each.closest('pre, option, .sr-only') === null && each.tagName !== 'OPTION' && (each.getBoundingClientRect().right > edge.right + 1 || each.getBoundingClientRect().left < edge.left - 1)).map((each) => each.outerHTML.slice(0, 120))
  })
}
