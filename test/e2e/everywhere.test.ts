import type { Page } from 'playwright-core'
import { expect, it, onTestFinished } from 'vitest'
import type { Envelope } from '../../src/spec/events/envelope.ts'
import { launchBrowser, openPage } from '../support/browser.ts'
import { type CliServer, startCliServer } from '../support/cli-server.ts'
import { makeGate } from '../support/gate.ts'
import { openEventStream } from '../support/stream-clients.ts'
import { openTerminal, type Terminal } from '../support/terminal.ts'

/**
 * One session open in two browsers, a terminal and a plain event stream at once; each, and a plain request, sends prompts.
 * A prompt `ask NAME` is answered with `answer NAME.`, streamed in pieces.
 */
const ask = (name: string, ...before: readonly object[]) => `ask ${name} PLAN:${JSON.stringify([...before, { say: `answer ${name}.`, deltas: 4 }])}`

type Line = `ask ${string}` | `answer ${string}`
type Sender = (name: string) => Promise<void>

/** Our prompts and answers among lines of text: a line is one when it starts like one. */
const linesIn = (texts: readonly string[]) => texts.flatMap((text) => [...text.matchAll(/^(?:ask|answer) [\w-]+/gm)].map(([line]) => line as Line))
/** The same in a terminal, which marks prompts with `›`: what is typed there is echoed without. */
const linesOnScreen = (screen: string) => [...screen.matchAll(/^(?:› (?=ask)|(?=answer))((?:ask|answer) [\w-]+)/gm)].map((match) => match[1] as Line)

/** Every session event that a client shows as prompt or answer. */
function linesOf(events: readonly Envelope[]): Line[] {
  return linesIn(events.flatMap(({ type, data }) => {
    const { text } = data as { text?: string | { text: string } }
    if ((type !== 'turn.started' && type !== 'message.completed') || text === undefined) return []
    return [typeof text === 'string' ? text : text.text]
  }))
}

async function openBrowserPage(server: CliServer, session: string): Promise<{ page: Page; problems: readonly string[] }> {
  const browser = await launchBrowser()
  onTestFinished(() => browser.close())
  const { page, problems } = await openPage(browser, { scheme: 'light', width: 1_440 })
  // High enough for the whole conversation: the page draws only what is near the window.
  await page.setViewportSize({ width: 1_440, height: 6_000 })
  await page.goto(`${server.url}/s/${session}#token=${server.token}`)
  await page.getByLabel('Prompt', { exact: true }).waitFor()
  return { page, problems }
}

const byPage = (page: Page): Sender => async (name) => {
  const prompt = page.getByLabel('Prompt', { exact: true })
  await prompt.fill(ask(name))
  await prompt.press('Enter')
}
const byTerminal = (terminal: Terminal): Sender => async (name) => terminal.type(ask(name))
const byRequest = ({ url, token }: CliServer, session: string): Sender => async (name) => {
  const response = await fetch(`${url}/v1/sessions/${session}/commands`, {
    method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id: `plain-${name}`, type: 'turn.start', text: ask(name) }),
  })
  expect(response.status).toBe(200)
}

const count = (text: string, part: string) => text.split(part).length - 1
const pageLines = async (page: Page) => linesIn(await page.getByRole('log', { name: 'Transcript' }).getByRole('article').allInnerTexts())

it('shows every prompt and its answer once, in one order, in two browsers, a terminal and an event stream', { timeout: 120_000 }, async () => {
  const server = await startCliServer()
  const session = await server.session()
  const [left, right] = await Promise.all([openBrowserPage(server, session), openBrowserPage(server, session)])
  const terminal = openTerminal(server.cli, ['attach', session])
  const stream = openEventStream({ ...server, session })
  const senders: Readonly<Record<string, Sender>> = { left: byPage(left.page), right: byPage(right.page), terminal: byTerminal(terminal), request: byRequest(server, session) }

  /** All four have the answer: nothing that came before it can still be missing. */
  const everywhere = (name: string) => Promise.all([
    ...[left, right].map(({ page }) => page.getByRole('article', { name: 'Agent' }).getByText(`answer ${name}.`, { exact: true }).waitFor()),
    terminal.until((text) => new RegExp(`^answer ${name}\\.$`, 'm').test(text)),
    stream.until(({ events }) => linesOf(events).includes(`answer ${name}`)),
  ])
  const sent: string[] = []
  for (const [kind, send] of Object.entries(senders)) {
    await send(`${kind}-alone`)
    await everywhere(`${kind}-alone`)
    sent.push(`${kind}-alone`)
  }
  for (const round of ['first', 'second']) {
    // While a turn holds the session all four send at once: which comes first is the server's to say.
    const gate = makeGate(server.cli.folder, round)
    await server.connect().command(session, { type: 'turn.start', text: ask(`hold-${round}`, { shell: gate.wait }) })
    const queued = count(terminal.text(), '  queued\n')
    const names = Object.keys(senders).map((kind) => `${kind}-${round}`)
    await Promise.all(Object.entries(senders).map(([kind, send]) => send(`${kind}-${round}`)))
    await stream.until(({ events }) => names.every((name) => events.some(({ type, data }) => type === 'queue.added' && (data as { text: string }).text === ask(name))))
    await terminal.until((text) => count(text, '  queued\n') === queued + 1)
    await gate.open()
    for (const name of names) await everywhere(name)
    sent.push(`hold-${round}`, ...names)
  }
  // Whatever was shown twice by mistake would have come before this.
  await server.connect().command(session, { type: 'turn.start', text: ask('last') })
  await everywhere('last')
  sent.push('last')

  const agreed = linesOf(stream.events)
  expect(agreed.filter((line) => line.startsWith('ask ')).toSorted()).toEqual(sent.map((name) => `ask ${name}`).toSorted())
  expect(agreed.filter((_, index) => index % 2 === 1)).toEqual(agreed.filter((_, index) => index % 2 === 0).map((line) => line.replace('ask', 'answer')))
  expect(agreed.slice(0, 8)).toEqual(Object.keys(senders).flatMap((kind) => [`ask ${kind}-alone`, `answer ${kind}-alone`]))
  expect(stream.events.map((event) => event.seq)).toEqual(stream.events.map((_, index) => index + 1))
  expect(linesOf((await server.connect().events(session, { limit: 1_000 })).events)).toEqual(agreed)
  expect(linesOnScreen(terminal.text())).toEqual(agreed)
  for (const { page, problems } of [left, right]) {
    expect(await pageLines(page)).toEqual(agreed)
    expect(problems).toEqual([])
  }
})
