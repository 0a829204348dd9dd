import { type Browser, chromium, type Page } from 'playwright-core'

/** Debian's Chromium, without what it would look up on the internet by itself. Close it when done. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
  })
}

export interface Look {
  readonly scheme: 'light' | 'dark'
  readonly width: number
}
export const looks: readonly Look[] = [
  { scheme: 'light', width: 1_440 }, { scheme: 'dark', width: 1_440 }, { scheme: 'light', width: 390 }, { scheme: 'dark', width: 390 },
]

/** A page of its own context, so that cookies are not shared. `problems` collects errors, violations of the content policy and failed requests. */
export async function openPage(browser: Browser, { scheme, width }: Look): Promise<{ page: Page; problems: string[]; close(): Promise<void> }> {
  const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height: width < 500 ? 844 : 900 }, deviceScaleFactor: 1, reducedMotion: 'reduce' })
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`)
  })
  page.on('request', (request) => {
    if (!request.url().startsWith('http://127.0.0.1:') && !request.url().startsWith('data:') && !request.url().startsWith('blob:')) problems.push(`request to ${request.url()}`)
  })
  return { page, problems, close: () => context.close() }
}
