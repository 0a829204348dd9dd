import { text } from 'node:stream/consumers'
import { AppError } from '../../spec/app-error.ts'
import type { AskPlace, ProgramModels } from '../../spec/ports/harness-models.ts'
import { commandOf } from '../probe-program.ts'

/** `pi --list-models` prints a table; its first two columns are the service and the model. */
export async function askPi({ box, file, env, signal }: AskPlace, node: string): Promise<ProgramModels> {
  const command = commandOf(file, node)
  const child = box.spawn({ file: command.file, args: [...command.args, '--list-models'], cwd: '/', env: { ...env, PI_OFFLINE: '1', PI_TELEMETRY: '0', PI_SKIP_VERSION_CHECK: '1' } })
  signal.addEventListener('abort', () => void child.stop(0), { once: true })
  child.stdin.end()
  const [printed, problem, status] = await Promise.all([text(child.stdout), text(child.stderr), child.exited])
  if (status.code !== 0) throw new AppError('unavailable', `Pi did not list its models: ${status.startError ?? (problem.trim().slice(0, 300) || `exit ${status.signal ?? status.code}`)}`)
  const rows = printed.split('\n').map((line) => line.trim().split(/\s+/)).filter((cells) => cells.length >= 5 && cells[0] !== 'provider')
  if (rows.length === 0) throw new AppError('unavailable', 'Pi has no key and no login to list models with.')
  return { models: rows.map(([service, model]) => ({ id: `${service}/${model}` })) }
}
