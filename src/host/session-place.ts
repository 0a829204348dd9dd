import { mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { userPath } from '../base/user-path.ts'
import { AppError } from '../spec/app-error.ts'
import { unheldLimits } from '../spec/box-limits.ts'
import { emptyTable, type StaticTable } from '../spec/net/static-table.ts'
import type { Box, BoxProfile, PrivateGit } from '../spec/ports/box.ts'
import type { SessionWay } from '../spec/ports/gateway.ts'
import type { HostFact, SessionSetup, ToHost } from '../spec/ports/host-link.ts'
import type { SessionSecret } from '../spec/ports/session-secrets.ts'
import { billingOf } from './billing-of.ts'
import { afterMinutes } from './box-minutes.ts'
import type { HostOptions } from './host-options.ts'
import { insideOf } from './inside.ts'
import { keepToCeilings } from './keep-to-ceilings.ts'
import { type LoginInside, loginInside } from './login-inside.ts'
import type { StartPlan } from './running-program.ts'
import { sessionHome } from './session-folder.ts'
import type { SessionWatch } from './session-watch.ts'
import { toolFolders } from './tool-folders.ts'
import { writeUserHome } from './user-home.ts'
import { createWireDesk, type WireDesk } from './wire-desk.ts'

interface PlaceDeps {
  readonly session: string
  /** The session's private folder; made when missing. */
  readonly home: string
  readonly options: HostOptions
  readonly watch: Pick<SessionWatch, 'begin'>
  fact(fact: HostFact): void
  /** The box's minutes are over: everything in it is being ended. The next program gets another one. */
  over(minutes: number): void
}

/** About what leaves the box. */
export type WireOrder = Extract<ToHost, { type: 'net.verdict' | 'model.verdict' | 'net.table' }>

/** A program may be kept waiting for a model call so long. */
const patienceMs = 30 * 60_000

/** Where a session's programs run: its box, and the way out of it. Alive: it owns both. */
export class SessionPlace {
  readonly #deps: PlaceDeps
  readonly #standIns = new Map<string, string>()
  #box: Box | undefined
  #way: SessionWay | undefined
  #desk: WireDesk | undefined
  #plan: StartPlan | undefined
  #cancelMinutes = () => {}
  /** Of a box whose minutes are over. */
  #ending: Promise<void> | undefined
  #table: StaticTable = emptyTable
  #secrets: readonly SessionSecret[] = []

  constructor(deps: PlaceDeps) {
    this.#deps = deps
  }

  get box(): Box | undefined {
    return this.#box
  }

  /** What a program is started with here. In a box with walls nothing of the user's credentials and folders is in it. @throws {AppError} 'unavailable' */
  async inside(plan: StartPlan): Promise<StartPlan> {
    const { providers, environment } = this.#deps.options
    const { setup, start } = plan
    await keepToCeilings(setup, this.#deps.options)
    if (setup.sandbox.profile === 'off') return plan
    const given = await this.#findSecrets(setup.secrets ?? {})
    const found = insideOf({ env: start.env, route: start.settings.route, credentialEnv: plan.adapter.credentialEnv, providers, home: this.#userHome, standIn: (value) => this.#standInFor(value, value) })
    const standIns = Object.fromEntries(given.flatMap(({ env, placeholder }) => env.map((name) => [name, placeholder])))
    const login = start.credential.kind === 'login' ? await this.#login(plan) : undefined
    const inside = {
      ...found, env: { ...found.env, ...standIns }, services: [...found.services, ...(login?.services ?? [])],
      secrets: [...found.secrets, ...given.map(({ name, value, placeholder, hosts }) => ({ name, value, placeholder, hosts }))],
    }
    const { route: _route, ...settings } = start.settings
    return { ...plan, inside, users: { ...environment, ...start.env }, ...(login === undefined ? {} : { login: login.text }), start: { ...start, env: inside.env, settings: { ...settings, ...(inside.route === undefined ? {} : { route: inside.route }) } } }
  }

  /** The box, opened with the first program. @throws {AppError} 'unavailable' when it can not be put up */
  async open(plan: StartPlan, workspace: string, git: PrivateGit | undefined): Promise<Box> {
    this.#plan = plan
    await this.#ending
    this.#box ??= await this.#openBox(plan, workspace, git)
    this.serve(plan)
    return this.#box
  }

  /** This is the program that works here from now on: what the gateway knows is what it needs. */
  serve(plan: StartPlan): void {
    this.#plan = plan
    this.#way?.tell({ type: 'settings', settings: { services: plan.inside?.services ?? [], secrets: plan.inside?.secrets ?? [] } })
  }

  order(message: WireOrder): void {
    switch (message.type) {
      case 'net.verdict': return this.#desk?.netVerdict(message)
      case 'model.verdict':
        // Whoever is told no needs none.
        void (message.verdict.type === 'allow' ? this.#renewLogin() : Promise.resolve()).then(() => this.#desk?.modelVerdict(message.call, message.verdict))
        return
      case 'net.table':
        this.#table = message.table
        return this.#way?.tell({ type: 'settings', settings: { table: message.table } })
    }
  }

  /** A turn was stopped: what its program waits for on the wire is withdrawn. */
  stopRun(reason: string): void {
    this.#way?.tell({ type: 'run.end', reason })
  }

  async close(): Promise<void> {
    this.#cancelMinutes()
    await this.#ending
    await this.#end()
  }

  async #end(): Promise<void> {
    const [box, way] = [this.#box, this.#way]
    this.#box = undefined
    this.#way = undefined
    this.#desk = undefined
    await box?.close()
    await way?.close()
  }

  #endAfter(minutes: number): void {
    const { options: { clock, log }, over } = this.#deps
    this.#cancelMinutes = afterMinutes(clock, minutes, () => {
      over(minutes)
      this.#ending = this.#end().catch((error: unknown) => log('ending a box whose minutes are over', error))
    })
  }

  /** All that the agent asks for. @throws {AppError} what is wrong with them */
  async #findSecrets(asked: NonNullable<SessionSetup['secrets']>): Promise<readonly SessionSecret[]> {
    const { session, options, fact } = this.#deps
    if (Object.keys(asked).length === 0) return (this.#secrets = [])
    if (options.secrets === undefined) throw new AppError('unavailable', 'This host has no secrets.')
    const wanted = Object.fromEntries(Object.entries(asked).map(([name, { hosts }]) => [name, hosts === undefined ? {} : { hosts }]))
    const { secrets, warnings } = await options.secrets(session, wanted)
    for (const text of warnings) fact({ type: 'notice', level: 'warning', text })
    return (this.#secrets = secrets)
  }

  get #userHome(): string {
    return join(this.#deps.home, 'user')
  }

  /** What the program signs in with, as it is now: its vendor's program may have made it anew. */
  #login({ adapter, start: { credential } }: StartPlan): Promise<LoginInside> {
    const { providers, clock } = this.#deps.options
    return loginInside({ adapter, path: credential.from, providers, clock, standIn: (name, value) => this.#standInFor(`login ${name}`, value) })
  }

  /** Whatever is signed in for is read again before each call. */
  async #renewLogin(): Promise<void> {
    const plan = this.#plan
    if (plan?.login === undefined) return
    const fresh = await this.#login(plan).catch(() => undefined) // The service says no, in words that the program shows.
    if (fresh === undefined) return
    const others = (plan.inside?.services ?? []).filter(({ placeholder }) => !fresh.services.some((service) => service.placeholder === placeholder))
    this.#way?.tell({ type: 'settings', settings: { services: [...others, ...fresh.services] } })
  }

  #standInFor(name: string, value: string): string {
    const { gateway } = this.#deps.options
    if (gateway === undefined) throw new AppError('unavailable', 'This host has no gateway, so no sandbox can be put up on it. Run with "sandbox: off".')
    const known = this.#standIns.get(name) ?? gateway.standIn(value)
    this.#standIns.set(name, known)
    return known
  }

  async #hides({ sandbox: { hide = [] } }: SessionSetup, workspace: string, named: readonly string[]): Promise<readonly string[]> {
    const { hiddenPaths, environment } = this.#deps.options
    if (hide.length === 0) return []
    if (hiddenPaths === undefined) throw new AppError('unavailable', 'This host can not hide paths. Take "hide" out of the agent’s sandbox.')
    const real = await realpath(workspace)
    return hiddenPaths(hide, { folders: [...new Set([real, ...named])], workspace: real, home: environment['HOME'] ?? '/' })
  }

  async #openBox(plan: StartPlan, workspace: string, git: PrivateGit | undefined): Promise<Box> {
    const { home, options, watch, fact } = this.#deps
    await mkdir(home, { recursive: true, mode: 0o700 })
    const { setup } = plan
    const { limits = {} } = setup.sandbox
    if (setup.sandbox.profile === 'off' && Object.keys(setup.secrets ?? {}).length > 0) fact({ type: 'notice', level: 'warning', text: 'Without a sandbox the agent gets no secrets.' })
    if (setup.sandbox.profile === 'off' && (setup.sandbox.hide ?? []).length > 0) fact({ type: 'notice', level: 'warning', text: 'Without a sandbox nothing is hidden from the agent.' })
    const box = await options.omnibox.open({ ...(setup.sandbox.profile === 'off' ? { name: 'off', workspace, home } : await this.#profile(plan, workspace)), limits, ...(git === undefined ? {} : { git }) })
    const { profile, processes, advisory, notes, limits: held } = box.attestation
    const unheld = unheldLimits(held)
    if (unheld.length > 0) fact({ type: 'notice', level: 'warning', text: `Nothing holds these limits of the agent’s sandbox here: ${unheld.join(', ')}.` })
    if (held.minutes === 'host' && limits.minutes !== undefined) this.#endAfter(limits.minutes)
    const real = await realpath(workspace).catch(() => workspace) // Removed meanwhile: its name is what is left of it.
    fact({ type: 'box.attested', profile, processes, advisory, notes: [...notes], limits: held, workspace: real })
    watch.begin(real, profile !== 'off')
    return box
  }

  async #profile({ setup, adapter, inside }: StartPlan, workspace: string): Promise<BoxProfile> {
    const { session, home, options, fact } = this.#deps
    const { gateway, environment, installDir, ownPrograms = [] } = options
    if (gateway === undefined) throw new AppError('unavailable', 'This host has no gateway, so no sandbox can be put up on it. Run with "sandbox: off".')
    await writeUserHome(this.#userHome, environment['HOME'] ?? '/')
    await mkdir(installDir, { recursive: true, mode: 0o700 })
    const desk = (this.#desk ??= createWireDesk({ fact, tell: (order) => this.#way?.tell(order), secrets: () => this.#secrets, billing: () => (this.#plan === undefined ? undefined : billingOf(this.#plan.start.credential, undefined)) }))
    const way = (this.#way ??= await gateway.open({ session, secrets: inside?.secrets ?? [], services: inside?.services ?? [], table: this.#table, patienceMs }, (word) => desk.hear(word)))
    const { profile, read = [], write = [] } = setup.sandbox
    const files = [process.execPath, ...(await configuredPrograms(options))]
    const tools = toolFolders({ path: environment['PATH'] ?? '', home: environment['HOME'] ?? '/', files })
    if ((inside?.unknown ?? []).length > 0) fact({ type: 'notice', level: 'warning', text: `${inside?.unknown.join(', ')} is not given to ${adapter.title}: it is not known which service it belongs to. Set "base_url" for this harness in config.yaml, or run with "sandbox: off".` })
    const named = (path: string) => userPath(path, { workspace, home: environment['HOME'] ?? '/' })
    const [reads, writes] = [read.map(named), write.map(named)]
    return { name: profile, workspace, home, way, reads: [...tools, ...skillFolders(setup), ...reads], writes, hides: await this.#hides(setup, workspace, [...reads, ...writes]), programs: [installDir, ...ownPrograms, ...(setup.forkOf === undefined ? [] : [sessionHome(options, setup.forkOf.session)])] }
  }
}

/** Of every harness: a session may go on with another one. */
async function configuredPrograms({ adapters, settings }: HostOptions): Promise<string[]> {
  const all = await Promise.all(adapters.map(({ id }) => settings.harness(id)))
  return all.flatMap(({ path }) => (path === undefined ? [] : [path]))
}

const skillFolders = ({ skills }: SessionSetup): string[] => skills.map(({ path }) => path)
