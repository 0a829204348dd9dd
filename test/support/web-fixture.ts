import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { launchBrowser, openPage } from './browser.ts'
import { startWebWorld, type WebOptions, type WebWorld } from './web-world.ts'

interface Web {
  readonly world: WebWorld
  readonly browser: Browser
}

/** The real server with its page, and a browser: for every test of a file. */
export function useWeb(options: WebOptions = {}): Web {
  let started: Web | undefined
  const now = (): Web => {
    if (started === undefined) throw new Error('The server and the browser run within tests only.')
    return started
  }
  beforeAll(async () => {
    const [world, browser] = await Promise.all([startWebWorld(options), launchBrowser()])
    started = { world, browser }
  })
  afterAll(async () => {
    await started?.browser.close()
    await started?.world.close()
  })
  return { get world() { return now().world }, get browser() { return now().browser } }
}

/** A page of its own for each test: light, wide. */
export function usePage(web: Web): Pick<Awaited<ReturnType<typeof openPage>>, 'page' | 'problems'> {
  let opened: Awaited<ReturnType<typeof openPage>> | undefined
  const now = () => {
    if (opened === undefined) throw new Error('The page is open within tests only.')
    return opened
  }
  beforeEach(async () => {
    opened = await openPage(web.browser, { scheme: 'light', width: 1_440 })
  })
  afterEach(() => now().close())
  return { get page() { return now().page }, get problems() { return now().problems } }
}

/** What holds of every screen: no accessibility violation, no sideways scroll. Kept as a picture where `OMNI_SCREENSHOTS` names a folder. */
export async function checkScreen(page: Page, name: string): Promise<void> {
  const folder = process.env['OMNI_SCREENSHOTS']
  if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`) })
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`)).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
}
