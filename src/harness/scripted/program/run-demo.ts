import type { CallResult, Turn } from './turn.ts'

const mark = '<!-- written by the scripted demo of omnigent -->'
const noteNames = ['NOTES.md', 'NOTES.scripted.md']

export interface DemoRequest {
  readonly prompt: string
  /** Earlier turns of this conversation, for the program's memory to show. */
  readonly earlierTurns: number
}

/** What the prompt asks for, by simple words: nothing here understands language. */
export function readWishes(prompt: string): { change: boolean; test: boolean } {
  const words = prompt.toLowerCase()
  return {
    test: /\b(tests?|check|verify|ci)\b/.test(words),
    change: !/\b(explain|describe|what|why|how|read|look|review|summari[sz]e|only)\b/.test(words) || /\b(write|add|change|fix|notes?)\b/.test(words),
  }
}

/** A short, real tour of the work folder: it lists, reads, changes one file and shows the difference. */
export async function runDemo(request: DemoRequest, turn: Turn): Promise<void> {
  const wishes = readWishes(request.prompt)
  const titles = ['Look at the work folder', 'Read its README', ...(wishes.change ? ['Write a short note'] : []), ...(wishes.test ? ['Run its tests'] : []), 'Say what happened']
  const showPlan = (done: number) =>
    turn.plan(titles.map((text, index) => ({ text, status: index < done ? 'done' : index === done ? 'active' : 'pending' })))

  await turn.say(opening(request))
  showPlan(0)
  const files = await listFiles(turn)
  showPlan(1)
  const readme = await readReadme(files, turn)
  let done = 2
  showPlan(done)
  const note = wishes.change ? await writeNote(files, readme, turn) : undefined
  if (wishes.change) showPlan((done += 1))
  const tests = wishes.test ? await runTests(files, turn) : undefined
  if (wishes.test) showPlan((done += 1))
  await turn.say(closing(files, note, tests))
  showPlan(titles.length)
}

function opening({ earlierTurns }: DemoRequest): string {
  const memory = earlierTurns === 0 ? '' : ` We have had ${earlierTurns} earlier ${earlierTurns === 1 ? 'turn' : 'turns'} in this conversation.`
  return `I am the scripted demo: no model is behind me, and I follow a fixed script. My tool calls are real, though, and pass the gates that every agent's pass.${memory} First I look around.`
}

async function listFiles(turn: Turn): Promise<readonly string[]> {
  const listed = await turn.use({ tool: 'shell', input: { command: 'git ls-files 2>/dev/null | head -200 | grep . || ls -A | head -200' } })
  if (listed.outcome !== 'ok') await turn.say(`I could not list the files: ${firstLine(listed.output)}. I go on without.`)
  return listed.outcome === 'ok' ? listed.output.split('\n').filter((line) => line !== '') : []
}

async function readReadme(files: readonly string[], turn: Turn): Promise<string | undefined> {
  const name = files.find((file) => /^readme(\.\w+)?$/i.test(file))
  if (name === undefined) return undefined
  const read = await turn.use({ tool: 'read', input: { path: name } })
  if (read.outcome === 'ok') return read.output
  await turn.say(`I could not read ${name}: ${firstLine(read.output)}.`)
  return undefined
}

/** Writes a note, never over a file that is somebody else's. */
async function writeNote(files: readonly string[], readme: string | undefined, turn: Turn): Promise<string | undefined> {
  const path = await freeName(turn)
  if (path === undefined) {
    await turn.say(`${noteNames.join(' and ')} exist already and are not mine, so I leave them alone.`)
    return undefined
  }
  const heading = readme?.split('\n').find((line) => /^#+ /.test(line))?.replace(/^#+ /, '')
  const about = heading === undefined ? 'It has no README with a heading.' : `Its README is about: ${heading}`
  const content = `${mark}\n# Notes\n\nThe scripted demo saw ${files.length === 200 ? 'at least 200' : files.length} files here.\n${about}\n`
  const written = await turn.use({ tool: 'write', input: { path, content } })
  if (written.outcome !== 'ok') {
    await turn.say(`I did not write ${path}: ${firstLine(written.output)}.`)
    return undefined
  }
  await turn.use({ tool: 'shell', input: { command: 'git status --short 2>/dev/null && git diff --stat 2>/dev/null || ls -l' } })
  return path
}

async function freeName(turn: Turn): Promise<string | undefined> {
  for (const path of noteNames) {
    const there = await turn.use({ tool: 'read', input: { path } })
    if (there.outcome === 'error' ? there.output.includes('ENOENT') : there.output.startsWith(mark)) return path
  }
  return undefined
}

async function runTests(files: readonly string[], turn: Turn): Promise<CallResult | undefined> {
  const command = testCommand(files)
  return command === undefined ? undefined : turn.use({ tool: 'shell', input: { command } })
}

function testCommand(files: readonly string[]): string | undefined {
  if (files.includes('package.json')) return 'npm test --silent'
  if (files.includes('Cargo.toml')) return 'cargo test --quiet'
  if (files.includes('go.mod')) return 'go test ./...'
  if (files.includes('pyproject.toml')) return 'python3 -m pytest -q'
  return files.includes('Makefile') ? 'make test' : undefined
}

function closing(files: readonly string[], note: string | undefined, tests: CallResult | undefined): string {
  const parts = [`That is all I can do. I saw ${files.length} files.`]
  if (note !== undefined) parts.push(`I wrote ${note}; delete it when you have seen it.`)
  if (tests !== undefined) parts.push(`The tests ended with ${tests.outcome}${tests.exitCode === undefined ? '' : ` (exit code ${tests.exitCode})`}.`)
  parts.push('For real work choose a real agent: `omni harness doctor` shows what is installed, `omni harness install claude-code` (or codex, pi) adds one, and `omni run --harness claude-code` uses it.')
  return parts.join(' ')
}

const firstLine = (text: string): string => text.split('\n')[0] ?? ''
