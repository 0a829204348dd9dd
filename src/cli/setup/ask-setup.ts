import { autocomplete, confirm, intro, isCancel, log, outro, select, spinner, text } from '@clack/prompts'
import { createAdapterSet } from '../../app/adapter-set.ts'
import { pathsOf } from '../../app/paths.ts'
import { installProgram } from '../../app/process/install-program.ts'
import { editConfig } from '../../app/setup/edit-config.ts'
import { lookAround, type SetupRow, type SetupState } from '../../app/setup/look-around.ts'
import { saveGateway, saveProviderKey, type SavedKey } from '../../app/setup/save-key.ts'
import { signIn } from '../../app/setup/sign-in.ts'
import { AppError } from '../../spec/app-error.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'
import { type OpenClient, openWithHost } from '../open-client.ts'
import { readSecret } from './read-secret.ts'
import { savedText, setupText } from './setup-text.ts'

/** Thrown by a question that the person left with Esc or Ctrl-C: back to the list of things to do. */
class Left extends Error {}

interface Asking {
  readonly context: CommandContext
  readonly open: OpenClient
  readonly state: SetupState
}

const tasks: Readonly<Record<string, { readonly label: string; readonly hint?: string; ask(asking: Asking): Promise<void> }>> = {
  key: { label: 'Add an API key', ask: askKey },
  login: { label: 'Sign in with a vendor’s own login', hint: 'a plan or subscription', ask: askLogin },
  gateway: { label: 'Send a harness to a gateway', hint: 'an address and a key', ask: askGateway },
  harness: { label: 'Choose the default harness', ask: askDefaultHarness },
  model: { label: 'Choose a harness’s default model', ask: askModel },
  install: { label: 'Install a harness', ask: askInstall },
}

/** Asks what to set up, until the person is done. */
export async function askSetup(context: CommandContext): Promise<ExitCode> {
  const open = await openWithHost(context)
  intro('omni setup')
  for (;;) {
    const state = await lookAround(context.config, await open.client.harnesses())
    log.message(setupText(state).trimEnd())
    const task = await select({ message: 'What now?', options: [...Object.entries(tasks).map(([value, { label, hint }]) => ({ value, label, ...(hint === undefined ? {} : { hint }) })), { value: 'done', label: 'Done' }] })
    if (isCancel(task) || task === 'done') break
    try {
      await tasks[task]?.ask({ context, open, state })
    } catch (error) {
      if (error instanceof AppError) log.error(error.message)
      else if (!(error instanceof Left)) throw error
    }
  }
  outro('Run an agent: omni run')
  return exitCode.ok
}

async function askKey({ context, state }: Asking): Promise<void> {
  const provider = answered(await select({ message: 'Whose key?', options: state.providers.map(({ id, title, saved, keysPage }) => ({ value: id, label: title, hint: [saved ? 'saved already' : '', keysPage ?? ''].filter((part) => part !== '').join(', ') })) }))
  const key = await readSecret(context, 'The key (it is not shown)')
  await saveAsked(provider, (unchecked) => saveProviderKey(context.config, provider, { key, unchecked }))
}

async function askLogin({ context, state }: Asking): Promise<void> {
  const harness = await askHarness(state, 'Which one?', (each) => each.state === 'ready' && each.canSignIn)
  await signIn(context.config, harness, (line) => log.message(line.trimEnd()))
}

async function askGateway({ context, state }: Asking): Promise<void> {
  const harness = await askHarness(state, 'Which harness?', (each) => each.canUseGateway)
  const baseUrl = answered(await text({ message: 'Address of the gateway', placeholder: 'https://gateway.example.org', validate: (value) => (/^https?:\/\/[^\s@]+$/.test(value ?? '') ? undefined : 'An http:// or https:// address') }))
  const key = await readSecret(context, 'Its key (it is not shown; empty for none)')
  await saveAsked(`gateway of ${harness}`, (unchecked) => saveGateway(context.config, harness, { key, unchecked, baseUrl }))
}

async function askDefaultHarness({ context, state }: Asking): Promise<void> {
  const harness = await askHarness(state, 'For agents that name none', (each) => each.state === 'ready')
  log.success(`${harness}, in ${await editConfig(context.config, [{ path: ['default_harness'], value: harness }])}`)
}

async function askModel({ context, open, state }: Asking): Promise<void> {
  const harness = await askHarness(state, 'Which harness?', (each) => each.state === 'ready')
  const [list] = await open.client.models({ harness })
  if (list?.problem !== undefined) log.warn(list.problem)
  const offered = [...(list?.aliases ?? []).map(({ name, model }) => ({ value: name, label: name, ...(name === model ? {} : { hint: model }) })), ...(list?.models ?? []).map(({ id, label }) => ({ value: id, label: id, ...(label === undefined ? {} : { hint: label }) }))]
  const chosen = answered(await autocomplete({ message: 'Which model? Type to search', maxItems: 12, options: [...offered, { value: '', label: 'its own default' }, { value: '?', label: 'another one …' }] }))
  const model = chosen === '?' ? answered(await text({ message: 'Its name, as the harness knows it' })) : chosen
  log.success(`${harness}: ${model === '' ? 'its own default' : model}, in ${await editConfig(context.config, [{ path: ['harnesses', harness, 'model'], value: model === '' ? undefined : model }])}`)
}

async function askInstall({ context, state }: Asking): Promise<void> {
  const harness = await askHarness(state, 'Which one?', (each) => each.canInstall && each.state !== 'ready')
  const program = createAdapterSet().find(({ id }) => id === harness)?.program
  if (program === undefined) return
  const wait = spinner()
  wait.start(`installing ${program.package}@${program.version}`)
  const folder = await installProgram(context.config, pathsOf(context.config.home).harnesses, harness, program).catch((error: unknown) => {
    wait.error('not installed')
    throw error
  })
  wait.stop(`installed in ${folder}`)
}

async function askHarness(state: SetupState, message: string, fits: (row: SetupRow) => boolean): Promise<string> {
  const fitting = state.harnesses.filter(fits)
  if (fitting.length === 0) throw new AppError('unavailable', 'There is none that this can be done for. Install one first.')
  return answered(await select({ message, options: fitting.map(({ harness, title }) => ({ value: harness, label: title, hint: harness })) }))
}

/** Saves once the service took it; asks before saving what nobody could check. */
async function saveAsked(name: string, save: (unchecked: boolean) => Promise<SavedKey>): Promise<void> {
  const wait = spinner()
  wait.start('asking the service')
  const tried = await save(false).then((saved) => ({ saved }), (error: unknown) => ({ error }))
  wait.clear()
  if ('saved' in tried) return log.success(savedText(name, tried.saved))
  const { error } = tried
  if (!(error instanceof AppError) || error.code !== 'unavailable') throw error
  log.warn(error.message)
  if (answered(await confirm({ message: 'Save it unchecked?', initialValue: false }))) log.warn(savedText(name, await save(true)))
}

function answered<Value>(value: Value): Exclude<Value, symbol> {
  if (isCancel(value)) throw new Left()
  // Proof: the one symbol that a question answers with is the cancelled one.
  return value as Exclude<Value, symbol>
}
