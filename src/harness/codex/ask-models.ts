import { createLineSplitter } from '../../base/line-splitter.ts'
import { AppError } from '../../spec/app-error.ts'
import type { AskPlace, ProgramModels } from '../../spec/ports/harness-models.ts'
import { type JsonRecord, record, records, text } from '../json-program.ts'
import { codexStart } from './start-settings.ts'

const maxLineBytes = 8 * 1024 * 1024

/** `model/list` of an app-server that is started for this question alone. */
export async function askCodex(place: AskPlace): Promise<ProgramModels> {
  const { box, file, signal } = place
  const { args, env } = await codexStart(place)
  const child = box.spawn({ file, args, cwd: '/', env })
  signal.addEventListener('abort', () => void child.stop(0), { once: true })
  child.stdin.on('error', () => undefined) // It is gone: the end of its output says so.
  child.stderr.resume()
  const send = (message: object) => child.stdin.write(`${JSON.stringify(message)}\n`)
  send({ id: 1, method: 'initialize', params: { clientInfo: { name: 'omnigent', title: 'Omnigent', version: '1' } } })
  send({ method: 'initialized' })
  send({ id: 2, method: 'model/list', params: { limit: 200 } })
  try {
    const answer = await replyTo(2, child.stdout)
    const found = records(answer['data']).filter((each) => each['hidden'] !== true)
    const preset = found.find((each) => each['isDefault'] === true)
    return {
      models: found.map((each) => ({ id: text(each['model']), label: text(each['displayName']) })).filter(({ id }) => id !== ''),
      ...(preset === undefined ? {} : { default: text(preset['model']) }),
    }
  } finally {
    await child.stop(0)
  }
}

async function replyTo(id: number, stream: AsyncIterable<Uint8Array>): Promise<JsonRecord> {
  const splitter = createLineSplitter(maxLineBytes)
  for await (const chunk of stream) {
    for (const line of splitter.push(chunk)) {
      const message = line.startsWith('{') ? (JSON.parse(line) as JsonRecord) : {}
      if (message['id'] !== id) continue
      if (message['error'] !== undefined) throw new AppError('unavailable', `Codex did not list its models: ${text(record(message['error'])['message'])}`)
      return record(message['result'])
    }
  }
  throw new AppError('unavailable', 'Codex ended without listing its models.')
}
