import type { HarnessAdapter, HarnessContext, HarnessSession } from '../../spec/ports/harness.ts'
import type { HarnessProgram } from '../../spec/ports/harness-program.ts'
import { startJsonProgram, untilReady } from '../json-program.ts'
import { commandOf, probeProgram } from '../probe-program.ts'
import { AcpConversation } from './acp-conversation.ts'
import type { AcpRow } from './acp-row.ts'
import { modelChoices } from './model-choices.ts'
import { modeOf } from './open-session.ts'
import { acpProjectParts, refuseUntrusted } from './project-files.ts'
import { noteOpening, untilReopenable } from './reopening.ts'
import { prepareStart } from './settings.ts'

const startWithinMs = 60_000

/** Any agent that speaks the Agent Client Protocol, version 1, on its standard input and output. */
export function createAcpAdapter(row: AcpRow, { node }: { readonly node: string }): HarnessAdapter {
  const { id, title, vendor, program, capabilities, credentialEnv, limits = [], login, models } = row
  const installable = program.npm === undefined ? undefined : programOf(row)
  const notes = [...(capabilities.gate === 'none' ? [`${title} asks before nothing: its tool calls are shown, and can not be refused.`] : []), ...limits.map((limit) => limit.text)]
  return {
    id, title, capabilities, credentialEnv, limits, ...(login === undefined ? {} : { login }), ...(models === undefined ? {} : { models }), ...(vendor === undefined ? {} : { vendor }), ...(installable === undefined ? {} : { program: installable }),
    ...(id.startsWith('acp:') ? {} : { aliases: [`acp:${id}`] }), ...(program.getIt === undefined ? {} : { getIt: program.getIt }),
    projectParts: (workspace) => acpProjectParts(row, workspace), setUpFiles: (row.projectRuns ?? []).map((path) => `**/${path}/**`),
    async probe(place) {
      const readiness = await probeProgram(programOf(row), place, { id, title, node, ...(program.getIt === undefined ? {} : { fix: program.getIt }) })
      return readiness.state === 'ready' ? { ...readiness, notes: [...readiness.notes, ...notes] } : readiness
    },
    start: (context) => start(row, context, node),
  }
}

async function start(row: AcpRow, context: HarnessContext, node: string): Promise<HarnessSession> {
  await refuseUntrusted(row, context)
  const reopensLate = row.quirks?.reopenNextMinute === true
  if (reopensLate) await untilReopenable(row, context)
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
  if (reopensLate) await noteOpening(context)
  const workMode = row.mode ?? modeOf(session)
  const models = modelChoices(session.offers)
  if (models.length > 0) context.emit({ type: 'offers', models })
  return {
    prompt: (prompt) => conversation.prompt(prompt),
    ...(row.planMode === undefined ? {} : { setMode: (mode) => conversation.setMode(mode === 'plan' ? (row.planMode ?? '') : workMode) }),
    ...(row.capabilities.steer === 'turn' ? { steer: (text: string) => conversation.steer(text) } : {}),
    interrupt: () => conversation.interrupt(),
    ...(row.model.by === 'option' && context.route === undefined ? { setModel: (model: string) => conversation.setModel(model) } : {}),
    keeps: (process) => process.pid === program.pid,
    // Some write their record of the conversation while they end: a busy machine makes that long.
    close: () => program.stop(5_000),
  }
}

/** The row's program in the words that probe and install share. Without a package any version is taken. */
function programOf({ program }: AcpRow): HarnessProgram {
  const { command, versionArgs = [], npm, signIn } = program
  return {
    package: npm?.package ?? '', version: npm?.version ?? '', minimum: npm?.minimum ?? '0.0.0', below: npm?.below ?? '', command, versionArgs, signIn,
    executables: ({ os, arch }) => (npm?.executables ?? []).map((file) => file.replaceAll('{os}', os).replaceAll('{arch}', arch)),
  }
}
