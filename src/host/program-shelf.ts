import type { Box } from '../spec/ports/box.ts'
import type { HarnessAdapter } from '../spec/ports/harness.ts'
import { checkProgram } from './check-program.ts'
import type { HostOptions } from './host-options.ts'
import { TurnFailure } from './turn-failure.ts'

/** A found program is looked for again after this long: it may have been updated. */
const keepMs = 5 * 60_000

/** The harnesses of this host, and where their programs were found. */
export class ProgramShelf {
  readonly #options: HostOptions
  readonly #found = new Map<string, { readonly file: string; readonly at: number }>()

  constructor(options: HostOptions) {
    this.#options = options
  }

  /** @throws {TurnFailure} when this host has no such harness. */
  adapter(id: string): HarnessAdapter {
    const adapter = this.#options.adapters.find((each) => each.id === id || each.aliases?.includes(id) === true)
    if (adapter !== undefined) return adapter
    const known = this.#options.adapters.map((each) => each.id).join(', ')
    throw new TurnFailure(`This machine has no harness "${id}".`, `Choose one of: ${known}.`)
  }

  /** The program's executable. @throws {TurnFailure} when it is missing, too old or broken, with what to do. */
  async find(adapter: HarnessAdapter, box: Box): Promise<string> {
    const known = this.#found.get(adapter.id)
    const now = this.#options.clock.now()
    if (known !== undefined && now - known.at < keepMs) return known.file
    const readiness = await checkProgram(adapter, box, this.#options, true)
    if (readiness.state !== 'ready') throw new TurnFailure(readiness.reason, readiness.fix)
    this.#found.set(adapter.id, { file: readiness.file, at: now })
    return readiness.file
  }

  forget(id: string): void {
    this.#found.delete(id)
  }
}
