import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { startModelStub } from '../model-stub/model-stub.ts'
import { programFolder } from './install-vendor-programs.ts'
import { omniCli, type CliResult } from './omni-cli.ts'

/** A machine on which nothing is set up, whose model services are all the stub; `programs` has the vendors' programs installed. */
export async function setupWorld({ programs = false }: { readonly programs?: boolean } = {}) {
  const stub = await startModelStub()
  const cli = await omniCli()
  onTestFinished(() => stub.close())
  Object.assign(cli.env, { ANTHROPIC_BASE_URL: stub.url, OPENAI_BASE_URL: `${stub.url}/v1`, GOOGLE_GEMINI_BASE_URL: stub.url })
  if (programs) await symlink(programFolder, join(cli.home, 'harnesses'))
  else await mkdir(join(cli.home, 'harnesses'))
  /** One command with `input` on its standard input. */
  const feed = async (input: string, args: readonly string[]): Promise<CliResult> => {
    const child = cli.start(args)
    child.stdin?.end(input)
    const [stdout, stderr, code] = await Promise.all([child.stdout === null ? '' : text(child.stdout), child.stderr === null ? '' : text(child.stderr), new Promise<number | null>((resolve) => child.once('close', resolve))])
    return { code, stdout, stderr }
  }
  return { stub, cli, feed }
}
