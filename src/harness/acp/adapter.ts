import type { HarnessAdapter, HarnessContext, HarnessSession } from '../../spec/ports/harness.ts'
import type { HarnessProgram } from '../../spec/ports/harness-program.ts'
import { startJsonProgram, untilReady } from '../json-program.ts'
import { commandOf, probeProgram } from '../probe-program.ts'
import { AcpConversation } from './acp-conversation.ts'
import type { AcpRow } from './acp-row.ts'
import { acpProjectParts, refuseUntrusted } from './project-files.ts'
import { readToken, tokenOf } from './open-session.ts'
import { prepareStart } from './settings.ts'

const startWithinMs = 60_000
const minuteMs = 60_000

/** Any agent that speaks the Agent Client Protocol, version 1, on its standard input and output. */
export function createAcpAdapter(row: AcpRow, { node }: { readonly node: string }): HarnessAdapter {
  const { id, title, vendor, program, capabilities, credentialEnv, limits = [] } = row
  const installable = program.npm === undefined ? undefined : programOf(row)
  const notes = [...(capabilities.gate === 'none' ? [`${title} asks before nothing: its tool calls are shown, and can not be refused.`] : []), ...limits.map((limit) => limit.text)]
  return {
    id, title, capabilities, credentialEnv, limits, ...(vendor === undefined ? {} : { vendor }), ...(installable === undefined ? {} : { program: installable }),
    ...(id.startsWith('acp:') ? {} : { aliases: [`acp:${id}`] }), ...(program.getIt === undefined ? {} : { getIt: program.getIt }),
    projectParts: (workspace) => acpProjectParts(row, workspace),
    async probe(place) {
      const readiness = await probeProgram(programOf(row), place, { id, title, node, ...(program.getIt === undefined ? {} : { fix: program.getIt }) })
      return readiness.state === 'ready' ? { ...readiness, notes: [...readiness.notes, ...notes] } : readiness
    },
    start: (context) => start(row, context, node),
  }
}

async function start(row: AcpRow, context: HarnessContext, node: string): Promise<HarnessSession> {
  await refuseUntrusted(row, context)
  if (row.quirks?.reopenNextMinute === true && context.resume !== undefined) await untilNextMinute(row, context, readToken(context.resume).openedAt)
  const { title } = row
  const settings = await prepareStart(row, context)
  const command = commandOf(context.file, node)
  const conversation = new AcpConversation(row, context)
  const program = startJsonProgram(context, {
    title, file: command.file, args: [...command.args, ...settings.args], env: { ...context.env, ...settings.env },
    hear: (message) => conversation.hear(message), ended: (detail) => conversation.ended(detail),
  })
  const session = await untilReady(context, program, conversation.attach(program), { title, withinMs: startWithinMs })
  context.emit({ type: 'ready', version: session.version, ...(context.model === undefined ? {} : { model: context.model }) })
  context.emit({ type: 'resume', token: tokenOf(session.id, context.clock.now()) })
  return {
    prompt: (prompt) => conversation.prompt(prompt.text),
    ...(row.capabilities.steer === 'turn' ? { steer: (text: string) => conversation.steer(text) } : {}),
    interrupt: () => conversation.interrupt(),
    ...(row.model.by === 'option' && context.route === undefined ? { setModel: (model: string) => conversation.setModel(model) } : {}),
    keeps: (process) => process.pid === program.pid,
    close: () => program.stop(1_000),
  }
}

/** Waits, at most a minute, until the clock shows another minute than when the conversation was last opened. */
async function untilNextMinute({ title }: AcpRow, { clock, signal, emit }: HarnessContext, openedAt: number): Promise<void> {
  const now = clock.now()
  if (Math.floor(now / minuteMs) > Math.floor(openedAt / minuteMs)) return
  const waitMs = minuteMs - (now % minuteMs)
  emit({ type: 'notice', level: 'info', text: `${title} can open a conversation again only in the next minute of the clock: waiting ${Math.ceil(waitMs / 1_000)} s.` })
  await new Promise<void>((resolve) => {
    const cancel = clock.after(waitMs, resolve)
    signal.addEventListener('abort', () => (cancel(), resolve()), { once: true })
  })
}

/** The row's program in the words that probe and install share. Without a package any version is taken. */
function programOf({ program }: AcpRow): HarnessProgram {
  const { command, versionArgs = [], npm, signIn } = program
  return {
    package: npm?.package ?? '', version: npm?.version ?? '', minimum: npm?.minimum ?? '0.0.0', below: npm?.below ?? '', command, versionArgs, signIn,
    executables: ({ os, arch }) => (npm?.executables ?? []).map((file) => file.replaceAll('{os}', os).replaceAll('{arch}', arch)),
  }
}
