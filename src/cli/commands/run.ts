import { resolve as resolvePath } from 'node:path'
import { plainJson } from '../../base/plain-json.ts'
import { loadAgentFile, looksLikeFile, warningText } from '../../app/agent-files.ts'
import { openInBrowser } from '../../app/process/open-in-browser.ts'
import { makeSampleRepository } from '../../app/sample-repository.ts'
import { systemIds } from '../../app/system-clock.ts'
import { cardOf } from '../../client/card-of.ts'
import { AppError } from '../../spec/app-error.ts'
import { beyondWorkspace } from '../../spec/agent/beyond-workspace.ts'
import { effortLevels, profileNames } from '../../spec/agent/words.ts'
import type { CreateSession, SessionRef } from '../../spec/api/http.ts'
import { boxWords } from '../../spec/view/box-words.ts'
import { trustAsk } from '../../spec/trust/trust-card.ts'
import { sandboxLine } from '../../tui/sandbox-line.ts'
import { allowSession } from '../allow-session.ts'
import { attachFile } from '../attach-file.ts'
import { chooseConversation, type Continues } from '../choose-conversation.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'
import { type OpenClient, openWithHost, pageAddress, readSessionRef } from '../open-client.ts'
import { showSession } from '../show-session.ts'
import { askTrust } from '../trust-card.ts'

export interface RunOptions {
  readonly prompt?: string
  readonly harness?: string
  readonly model?: string
  readonly effort?: string
  readonly attach?: readonly string[]
  readonly folder?: string
  readonly sample?: boolean
  readonly sandbox?: string
  readonly resume?: string
  /** True for the list. */
  readonly continue?: string | true
  readonly open?: boolean
  readonly trust?: string
  readonly json?: boolean
}

/** Starts (or goes on with) a session and shows it here. */
export async function run(context: CommandContext, args: readonly string[], options: RunOptions): Promise<ExitCode> {
  const chosen = { ...readEffort(options.effort), ...readSandbox(options.sandbox) }
  // Which harness can run is known once the host is there.
  const open = await openWithHost(context)
  const continues = await chosenConversation(context, open, options)
  if (typeof continues === 'number') return continues
  const files = await attachAll(context, open, options)
  // What was said before is shown, or passed over, on its own: the prompt comes after.
  const { prompt: _later, ...unprompted } = options
  const ref = options.resume === undefined
    ? await create(context, open, continues === undefined ? { agent: args[0] ?? 'hello', options, more: { ...files, ...chosen } } : { agent: args[0] ?? 'hello', options: unprompted, more: { ...chosen, continues } })
    : await resume(context, open, { session: readSessionRef(options.resume), options })
  if (ref === undefined) return exitCode.needsPerson
  const { session, tree, view } = ref
  context.note(`${view.agent.name} on ${view.harness} in ${view.workspace.path}\n${pageAddress(open.url, open.token, session)}\n`)
  const box = view.box ?? (view.sandbox === undefined ? undefined : { profile: view.sandbox, advisory: view.sandbox === 'off' })
  if (box !== undefined) context.note(`${sandboxLine(box, context.config.color)}\n\n`)
  if (view.harness === 'scripted' && options.harness === undefined) context.note('No model runs here: a program plays its part. For a real one: omni setup\n\n')
  if (options.open === true) await openInBrowser(pageAddress(open.url, open.token, session))
  let untilPrompt = view.turn?.prompt ?? view.queue[0]?.prompt
  const goesOn = options.resume !== undefined || continues !== undefined
  if (goesOn && options.prompt !== undefined) {
    untilPrompt = (await open.client.command(session, { id: systemIds.next('cmd'), type: 'turn.start', text: options.prompt, ...files })).prompt
  }
  const oneShot = options.prompt !== undefined || options.json === true || !context.config.isTerminal.input
  if (oneShot && untilPrompt === undefined) {
    context.note('Nothing to run: give a prompt with -p, or start it in a terminal.\n')
    return exitCode.usage
  }
  return showSession(context, open, {
    session, tree, after: options.resume === undefined && (continues === undefined || options.prompt === undefined) ? 0 : view.seq, json: options.json === true,
    ...(box === undefined ? {} : { sandbox: boxWords(box) }), ...(oneShot && untilPrompt !== undefined ? { untilPrompt } : {}),
  })
}

async function chosenConversation(context: CommandContext, { client }: OpenClient, options: RunOptions): Promise<Continues | ExitCode | undefined> {
  if (options.continue === undefined) return undefined
  if (options.resume !== undefined || options.sample === true) throw new AppError('invalid', '--continue is for a conversation that you had with a program by hand, in its own folder: leave --resume and --sample out.')
  const wanted = options.continue === true ? undefined : options.continue
  const { isTerminal, cwd } = context.config
  if (wanted !== undefined && options.prompt === undefined && !isTerminal.input) throw new AppError('invalid', 'There is no terminal to go on in: add a prompt with -p.')
  return chooseConversation(context, client, { path: resolvePath(cwd, options.folder ?? '.'), wanted, harness: options.harness, json: options.json === true })
}

/** Made once what the agent asks for is allowed; undefined when a person said no. */
async function create(context: CommandContext, { client }: OpenClient, { agent, options, more }: { readonly agent: string; readonly options: RunOptions; readonly more: Partial<CreateSession> }): Promise<SessionRef | undefined> {
  const { body: asked, places } = await request(context, agent, options)
  const body = { ...asked, ...more }
  const json = options.json === true
  // Without a terminal nobody could be asked about the project: what it would run is left out, and said.
  const ask = !json && context.config.isTerminal.input && context.config.isTerminal.output
  try {
    return await client.createSession({ ...body, ask, ...(options.trust === undefined ? {} : { trust: options.trust }) })
  } catch (error) {
    const card = cardOf(error)
    // A hash was given, and is of something else: whoever gave it did not mean this agent.
    if (card === undefined || options.trust !== undefined) throw error
    const shown = { ...card, asks: card.asks.map((ask) => ({ ...ask, ...places.get(ask.field) })) }
    const answer = await askTrust(context, shown, { json, again: `omni run ${agent}` })
    if (answer !== undefined) return client.createSession({ ...body, trust: answer.hash, remember: answer.remember })
    return card.optional ? client.createSession(body) : undefined
  }
}

/** A session that came from elsewhere asks before its next turn; looking at it needs nobody's leave. */
async function resume(context: CommandContext, { client }: OpenClient, { session, options }: { readonly session: string; readonly options: RunOptions }): Promise<SessionRef | undefined> {
  await allowSession(context, client, { session, json: options.json === true, goesOn: options.prompt !== undefined, ...(options.trust === undefined ? {} : { trust: options.trust }) })
  return client.session(session)
}

async function request(context: CommandContext, agent: string, options: RunOptions): Promise<{ body: CreateSession; places: Places }> {
  const path = options.sample === true ? await makeSampleRepository(context.config) : resolvePath(context.config.cwd, options.folder ?? '.')
  const file = looksLikeFile(agent) ? await readSpec(context, agent, path) : undefined
  const body = {
    id: systemIds.next('cmd').slice(4),
    agent: file === undefined ? { name: agent } : { spec: file.spec },
    workspace: { mode: 'here', path } as const,
    ...(options.harness === undefined ? {} : { harness: options.harness }),
    ...(options.model === undefined ? {} : { model: options.model }),
    ...(options.prompt === undefined ? {} : { prompt: options.prompt }),
  }
  return { body, places: file?.places ?? new Map() }
}

/** Where each thing that the agent asks for is written. */
type Places = ReadonlyMap<string, { readonly file?: string | undefined; readonly line?: number | undefined }>

async function readSpec(context: CommandContext, file: string, workspace: string) {
  const { agent, warnings, sources } = await loadAgentFile(context.config, file)
  context.note(warningText(context.config, warnings))
  const asks = beyondWorkspace(agent, { sources, workspace }).map(trustAsk)
  return { spec: plainJson(agent), places: new Map(asks.map(({ field, file: at, line }) => [field, { file: at, line }])) }
}

async function attachAll(context: CommandContext, { client }: OpenClient, { attach = [], prompt }: RunOptions): Promise<Pick<CreateSession, 'attachments'>> {
  if (attach.length > 0 && prompt === undefined) throw new AppError('invalid', '--attach goes with a prompt: add -p. In the session, /attach FILE does it.')
  const sent = await Promise.all(attach.map((file) => attachFile(client, context.config.cwd, file)))
  return sent.length === 0 ? {} : { attachments: sent.map(({ blob, name }) => ({ blob, name })) }
}

function readEffort(word: string | undefined): Pick<CreateSession, 'effort'> {
  const effort = effortLevels.find((each) => each === word)
  if (effort === undefined && word !== undefined) throw new AppError('invalid', `--effort is one of ${effortLevels.join(', ')}.`)
  return effort === undefined ? {} : { effort }
}

function readSandbox(word: string | undefined): Pick<CreateSession, 'sandbox'> {
  const sandbox = profileNames.find((each) => each === word)
  if (sandbox === undefined && word !== undefined) throw new AppError('invalid', `--sandbox is one of ${profileNames.join(', ')}.`)
  return sandbox === undefined ? {} : { sandbox }
}
