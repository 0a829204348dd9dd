import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openPage } from '../support/browser.ts'
import { checkScreen, useWeb } from '../support/web-fixture.ts'
import { webToken } from '../support/web-world.ts'

/** What a command changed and a rule asks about, on the page: kept aside, shown, and there again after a yes. */
const web = useWeb()

const builder = `
import { mkdirSync, writeFileSync } from 'node:fs'
const width = process.argv[2]
mkdirSync('manual', { recursive: true })
for (const [name, text] of [['one', 'one'], ['two', 'two'], ['part-1', '1'], ['part-2', '2'], ['part-3', '3']]) writeFileSync(\`manual/\${name}-\${width}.md\`, text + '\\n')
writeFileSync(\`deps-\${width}.lock\`, 'x')
writeFileSync('free.txt', 'free\\n')
`

describe.each([['light', 1_440], ['dark', 390]] as const)('%s at %i px', (scheme, width) => {
  it('asks about the files of a command, says what was taken back, and keeps them on a yes', async () => {
    const at = (name: string) => join(web.world.folder, name)
    const text = (name: string) => readFile(at(name), 'utf8').catch(() => undefined)
    const [page1, page2] = [`manual/one-${width}.md`, `manual/two-${width}.md`]
    await writeFile(at('build.mjs'), builder)
    const session = await web.world.play(`Kept aside ${width}`, [
      // A program does not say what it writes, as a line of redirections would.
      { shell: `node build.mjs ${width}` }, { say: 'Built.' },
    ])
    const { page, problems, close } = await openPage(web.browser, { scheme, width })
    await page.goto(`${web.world.url}/s/${session}#token=${webToken}`)
    const card = page.getByRole('region', { name: 'Needs you: keep what a command changed?' })
    await card.getByText(/made manual\/.* and 4 more: keep these changes\?$/).waitFor()
    await page.getByText('Built.', { exact: true }).waitFor()
    expect(await card.getByRole('group', { name: 'Input' }).innerText()).toContain(`created   ${page1}`)
    expect(await page.getByRole('log').innerText()).toContain(`made deps-${width}.lock, which server/lock-file forbids: taken back to what was before.`)
    // The turn is over; the question is not.
    await web.world.idle(session)
    expect([await text(page1), await text(`deps-${width}.lock`), await text('free.txt')]).toEqual([undefined, undefined, 'free\n'])
    await checkScreen(page, `kept-aside-${scheme}-${width}`)
    await card.getByRole('button', { name: 'Keep', exact: true }).click()
    await page.getByText(/^Kept by a person: manual\//).first().waitFor()
    expect([await text(page1), await text(page2)]).toEqual(['one\n', 'two\n'])
    await page.getByRole('log').getByRole('button', { name: /^Keep manual/ }).click()
    await checkScreen(page, `kept-${scheme}-${width}`)
    expect(problems).toEqual([])
    await close()
  })
})
