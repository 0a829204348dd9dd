import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const maxFiles = 50

/** Long outputs of commands, each a file in the session's private folder, so that the model reads on instead of running them again. */
export class KeptOutputs {
  readonly #folder: string

  constructor(home: string, harness: string) {
    this.#folder = join(home, harness, 'outputs')
  }

  /** Writes one down; the oldest goes for it when there are many. Says where it is, or why it is not. */
  async keep(call: string, text: string): Promise<string> {
    const file = join(this.#folder, `${call}.txt`)
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 })
      await writeFile(file, text, { mode: 0o600 })
      await this.#thin()
      return `[The output is in ${file}. Read the part you need with sed -n or grep in the shell; do not run the command again for it.]`
    } catch (error) {
      return `[The part that is left out could not be kept: ${error instanceof Error ? error.message : String(error)}]`
    }
  }

  async #thin(): Promise<void> {
    const names = await readdir(this.#folder)
    if (names.length <= maxFiles) return
    const files = await Promise.all(names.map(async (name) => ({ name, at: (await stat(join(this.#folder, name))).mtimeMs })))
    for (const { name } of files.toSorted((left, right) => right.at - left.at).slice(maxFiles)) await rm(join(this.#folder, name))
  }
}
