import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Client, createClient } from '../../src/client/create-client.ts'
import { type OmniCli, omniCli } from './omni-cli.ts'
import { realClock } from './real-clock.ts'
import { buildPage } from './web-world.ts'

export interface CliServer {
  readonly cli: OmniCli
  readonly url: string
  readonly token: string
  /** A client with a live socket of its own. */
  connect(): Client
  /** A session of the scripted harness in the command line's folder. */
  session(prompt?: string): Promise<string>
}

/** A server that the real command line started: server, host and programs are processes of their own. */
export async function startCliServer(): Promise<CliServer> {
  await ensurePage()
  const cli = await omniCli()
  const { code, stdout, stderr } = await cli.run(['server', 'start'])
  const [, port, token = ''] = /http:\/\/localhost:(\d+)\/#token=(\S+)/.exec(stdout) ?? []
  if (port === undefined) throw new Error(`the server did not start (exit ${code}): ${stdout}${stderr}`)
  const url = `http://127.0.0.1:${port}`
  const connect = () => {
    const client = createClient({ baseUrl: url, token, clock: realClock })
    onTestFinished(() => client.close())
    return client
  }
  return {
    cli, url, token, connect,
    async session(prompt) {
      const made = await connect().createSession({
        agent: { name: 'hello' }, harness: 'scripted', workspace: { mode: 'here', path: cli.folder }, ...(prompt === undefined ? {} : { prompt }),
      })
      return made.session
    },
  }
}

/** The command line serves the page that `npm test` has built; a run of one file builds it when it is not there. */
async function ensurePage(): Promise<void> {
  const dir = join(import.meta.dirname, '../../dist/web')
  if (!existsSync(join(dir, 'index.html'))) await buildPage(dir)
}
