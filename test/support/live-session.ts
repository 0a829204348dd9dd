import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createClient } from '../../src/client/create-client.ts'
import type { Envelope } from '../../src/spec/events/envelope.ts'
import { startModelStub } from '../model-stub/model-stub.ts'
import { omniCli } from './omni-cli.ts'
import { realClock } from './real-clock.ts'

/** Harnesses with programs of their own, and a model that the stub has for each. */
export const vendorModels: Readonly<Record<string, string>> = { 'claude-code': 'claude-sonnet-5', codex: 'gpt-5.5', pi: 'stub-1' }

/** A client of the server that runs now. */
export async function clientOf(cli: Awaited<ReturnType<typeof omniCli>>) {
  const { url } = await cli.state('server')
  return createClient({ baseUrl: url ?? '', token: readFileSync(join(cli.home, 'run', 'token'), 'utf8').trim(), clock: realClock })
}

/**
 * A session of a real program at a real server, after its first turn; the model follows the plan in each prompt.
 * @param serverFile the text of `server.yaml`
 * @param prepare fills the folder before the server starts
 */
export async function liveSession(harness: string, serverFile: string, prepare: (cli: Awaited<ReturnType<typeof omniCli>>) => void, { sandbox, ...options }: { readonly sandbox?: string; readonly key?: string; readonly env?: Readonly<Record<string, string>> } = {}) {
  const stub = await startModelStub()
  const cli = await omniCli({ modelUrl: stub.url, ...options })
  writeFileSync(join(cli.home, 'server.yaml'), serverFile)
  prepare(cli)
  writeFileSync(join(cli.dir, 'agent.yaml'), `name: planned\nprompt: Follow the plan.\nharness: ${harness}\nmodel: ${vendorModels[harness]}\n`)
  await cli.run(['server', 'start'])
  const client = await clientOf(cli)
  onTestFinished(async () => {
    client.close()
    await stub.close()
  })
  const first = await cli.run(['run', join(cli.dir, 'agent.yaml'), '--json', ...(sandbox === undefined ? [] : ['--sandbox', sandbox]), '-p', 'PLAN:[{"say":"ready"}]'])
  const session = (JSON.parse(first.stdout.split('\n', 1)[0] ?? '') as Envelope).session
  return { stub, cli, client, session, live: client.openSession(session) }
}
