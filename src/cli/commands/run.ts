import { resolve } from 'node:path'
import { loadAgentFile, looksLikeFile, plainJson, warningText } from '../../app/agent-files.ts'
import { openInBrowser } from '../../app/process/open-in-browser.ts'
import { makeSampleRepository } from '../../app/sample-repository.ts'
import { systemIds } from '../../app/system-clock.ts'
import { AppError } from '../../spec/app-error.ts'
import { effortLevels } from '../../spec/agent/words.ts'
import type { CreateSession } from '../../spec/api/http.ts'
import { attachFile } from '../attach-file.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'
import { openClient, pageAddress, readSessionRef } from '../open-client.ts'
import { showSession } from '../show-session.ts'

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
  readonly open?: boolean
  readonly json?: boolean
}

/** Starts (or goes on with) a session and shows it here. */
export async function run(context: CommandContext, args: readonly string[], options: RunOptions): Promise<ExitCode> {
  refuseSandbox(options.sandbox)
  const effort = readEffort(options.effort)
  const open = await openClient(context)
  const attachments = await Promise.all((options.attach ?? []).map((file) => attachFile(open.client, context.config.cwd, file)))
  const files = attachments.length === 0 ? {} : { attachments: attachments.map(({ blob, name }) => ({ blob, name })) }
  if (attachments.length > 0 && options.prompt === undefined) throw new AppError('invalid', '--attach goes with a prompt: add -p. In the session, /attach FILE does it.')
  const ref = options.resume === undefined
    ? await open.client.createSession({ ...(await request(context, args[0] ?? 'hello', options)), ...files, ...effort })
    : await open.client.session(readSessionRef(options.resume))
  const { session, tree, view } = ref
  context.note(`${view.agent.name} on ${view.harness} in ${view.workspace.path}\n${pageAddress(open.url, open.token, session)}\n`)
  context.note('sandbox: off – approvals and limits are advisory until the Omnibox lands\n\n')
  if (options.open === true) await openInBrowser(pageAddress(open.url, open.token, session))
  let untilPrompt = view.turn?.prompt ?? view.queue[0]?.prompt
  if (options.resume !== undefined && options.prompt !== undefined) {
    untilPrompt = (await open.client.command(session, { id: systemIds.next('cmd'), type: 'turn.start', text: options.prompt, ...files })).prompt
  }
  const oneShot = options.prompt !== undefined || options.json === true || !context.config.isTerminal.input
  if (oneShot && untilPrompt === undefined) {
    context.note('Nothing to run: give a prompt with -p, or start it in a terminal.\n')
    return exitCode.usage
  }
  return showSession(context, open, {
    session, tree, after: options.resume === undefined ? 0 : view.seq, json: options.json === true,
    ...(oneShot && untilPrompt !== undefined ? { untilPrompt } : {}),
  })
}

async function request(context: CommandContext, agent: string, options: RunOptions): Promise<CreateSession> {
  const path = options.sample === true ? await makeSampleRepository(context.config) : resolve(context.config.cwd, options.folder ?? '.')
  return {
    id: systemIds.next('cmd').slice(4),
    agent: looksLikeFile(agent) ? { spec: await readSpec(context, agent) } : { name: agent },
    workspace: { mode: 'here', path },
    ...(options.harness === undefined ? {} : { harness: options.harness }),
    ...(options.model === undefined ? {} : { model: options.model }),
    ...(options.prompt === undefined ? {} : { prompt: options.prompt }),
  }
}

async function readSpec(context: CommandContext, file: string) {
  const { agent, warnings } = await loadAgentFile(context.config, file)
  context.note(warningText(context.config, warnings))
  return plainJson(agent)
}

function readEffort(word: string | undefined): Pick<CreateSession, 'effort'> {
  const effort = effortLevels.find((each) => each === word)
  if (effort === undefined && word !== undefined) throw new AppError('invalid', `--effort is one of ${effortLevels.join(', ')}.`)
  return effort === undefined ? {} : { effort }
}

function refuseSandbox(profile: string | undefined): void {
  if (profile === undefined || profile === 'off') return
  throw new AppError('unsupported', `--sandbox ${profile} is not available yet; every session runs "off" until the Omnibox lands. Leave the flag out, or say --sandbox off.`)
}
