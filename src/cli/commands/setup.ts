import { createAdapterSet } from '../../app/adapter-set.ts'
import { editConfig } from '../../app/setup/edit-config.ts'
import { lookAround } from '../../app/setup/look-around.ts'
import { forgetKey, saveGateway, saveProviderKey } from '../../app/setup/save-key.ts'
import { signIn } from '../../app/setup/sign-in.ts'
import { readUserConfig } from '../../app/user-settings.ts'
import { AppError } from '../../spec/app-error.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'
import { openWithHost } from '../open-client.ts'
import { askSetup } from '../setup/ask-setup.ts'
import { readSecret } from '../setup/read-secret.ts'
import { savedText, setupText } from '../setup/setup-text.ts'

export interface SetupOptions {
  readonly show?: boolean
  readonly provider?: string
  readonly login?: string
  readonly gateway?: string
  readonly baseUrl?: string
  readonly keyEnv?: string
  readonly key?: boolean
  readonly unchecked?: boolean
  readonly forget?: string
  readonly defaultHarness?: string
  readonly model?: string
  readonly json?: boolean
}

type Act = (context: CommandContext, options: SetupOptions) => Promise<void>

/** With flags: does what they say. In a terminal without: asks. */
export async function run(context: CommandContext, _args: readonly string[], options: SetupOptions): Promise<ExitCode> {
  const acts = actsOf(options)
  const { input, output } = context.config.isTerminal
  if (acts.length === 0 && options.show !== true && options.json !== true) {
    if (input && output) return askSetup(context)
    context.note(`There is no terminal to ask in. Say what to set up with flags:\n${flagHelp}`)
    return exitCode.usage
  }
  for (const act of acts) await act(context, options)
  if (options.show !== true && options.json !== true) return exitCode.ok
  const { client } = await openWithHost(context)
  const state = await lookAround(context.config, await client.harnesses())
  context.print(options.json === true ? `${JSON.stringify(state)}\n` : setupText(state))
  return exitCode.ok
}

const flagHelp = `  omni setup --show                                          what is here and what is missing (--json)
  omni setup --provider openrouter < key.txt                 save a key, once the service has taken it
  omni setup --provider openrouter --key-env MY_KEY          the same, from a variable
  omni setup --gateway pi --base-url URL --key-env MY_KEY    send a harness's model calls to a gateway
  omni setup --default-harness pi                            for agents that name none
  omni setup --model pi=sonnet                               a harness's own default model; pi= takes it away
  omni setup --forget openrouter                             delete a saved key
  omni setup --login pi                                      a vendor's own sign-in; needs a terminal
`

function actsOf(options: SetupOptions): Act[] {
  const { provider, gateway, baseUrl, login, forget, defaultHarness, model } = options
  if (baseUrl !== undefined && gateway === undefined) throw new AppError('invalid', '--base-url belongs to --gateway HARNESS.')
  if (gateway !== undefined && baseUrl === undefined) throw new AppError('invalid', '--gateway HARNESS needs --base-url URL.')
  if (provider !== undefined && gateway !== undefined) throw new AppError('invalid', 'Set up one key at a time: --provider or --gateway.')
  return [
    ...(forget === undefined ? [] : [forgetSaved]), ...(provider === undefined ? [] : [addKey]), ...(gateway === undefined ? [] : [addGateway]),
    ...(login === undefined ? [] : [vendorLogin]), ...(defaultHarness === undefined ? [] : [chooseDefault]), ...(model === undefined ? [] : [chooseModel]),
  ]
}

const addKey: Act = async (context, { provider = '', keyEnv, unchecked = false }) => {
  const key = await readSecret(context, `Key for ${provider}`, keyEnv)
  context.note(`${savedText(provider, await saveProviderKey(context.config, provider, { key, unchecked }))}\n`)
}

const addGateway: Act = async (context, { gateway = '', baseUrl = '', key: wantsKey = true, keyEnv, unchecked = false }) => {
  if (!/^https?:\/\/[^\s@]+$/.test(baseUrl)) throw new AppError('invalid', '--base-url must be an http:// or https:// address without a user.')
  const key = wantsKey ? await readSecret(context, `Key for ${baseUrl}`, keyEnv) : ''
  const saved = await saveGateway(context.config, gateway, { key, unchecked, baseUrl })
  context.note(`${gateway} goes to ${baseUrl} from its next turn on. ${key === '' ? 'It gets no key.' : savedText('gateway', saved)}\n`)
}

const forgetSaved: Act = async (context, { forget = '' }) => {
  await forgetKey(context.config, forget)
  context.note(`The saved key of ${forget} is deleted here. It is still good with the service: revoke it there.\n`)
}

const vendorLogin: Act = async (context, { login = '' }) => {
  if (!context.config.isTerminal.input) throw new AppError('invalid', '--login needs a terminal: it is the vendor’s own dialogue.')
  await signIn(context.config, login, context.note)
}

const chooseDefault: Act = async (context, { defaultHarness = '' }) => {
  const path = await editConfig(context.config, [{ path: ['default_harness'], value: defaultHarness }])
  context.note(`Agents that name no harness run on ${defaultHarness}: ${path}\n`)
}

const chooseModel: Act = async (context, { model: text = '' }) => {
  const at = text.indexOf('=')
  if (at < 1) throw new AppError('invalid', '--model is HARNESS=MODEL, such as pi=sonnet. HARNESS= takes it away.')
  const [harness, model] = [text.slice(0, at), text.slice(at + 1)]
  const known = createAdapterSet((await readUserConfig(context.config)).acp).find((each) => each.id === harness || each.aliases?.includes(harness) === true)
  if (known === undefined) throw new AppError('not_found', `There is no harness ${harness}. List them with: omni harness list`)
  const path = await editConfig(context.config, [{ path: ['harnesses', known.id, 'model'], value: model === '' ? undefined : model }])
  context.note(model === '' ? `${known.id} chooses its own model: ${path}\n` : `${known.id} runs ${model} where nobody names a model: ${path}\n`)
}
