import { dirname, join, resolve } from 'node:path'
import { printable } from '../base/printable.ts'
import { AppError } from '../spec/app-error.ts'
import type { LoadedAgent } from '../spec/agent/load-request.ts'
import { agentFileText } from '../spec/agent/write-agent-file.ts'
import { formatProblems } from '../spec/yaml/format-problems.ts'
import { loadAgentFile, readAgentFile } from './agent-files.ts'
import type { Config } from './config.ts'

export interface ConvertedAgent {
  readonly loaded: LoadedAgent
  readonly text: string
}

/**
 * An agent file of any kind as the text of a native one, for the place `output`, by default beside the file. The text is loaded again before it is given out:
 * it is the same agent, or none is given.
 * @throws {AppError} 'invalid' with every problem of the file; 'unsupported' when the native form can not say it there.
 */
export async function convertAgent(config: Pick<Config, 'cwd' | 'environment' | 'home' | 'color'>, file: string, output?: string): Promise<ConvertedAgent> {
  const loaded = await loadAgentFile(config, file)
  const path = output === undefined ? join(loaded.folder, `${loaded.agent.name}.native.yaml`) : resolve(config.cwd, output)
  const text = `# From ${printable(file).replaceAll(/\s/g, ' ')} by omni agent convert.\n${agentFileText(loaded.agent, dirname(path))}`
  const again = await readAgentFile(config, path, text)
  if (!again.ok) throw new AppError('unsupported', `${file} can not be written as a native file at ${path}:\n${formatProblems(again.problems, { color: config.color })}`, { details: again.problems })
  if (again.kind !== 'native' || again.hash !== loaded.hash) throw new AppError('unsupported', `${file} can not be written as a native file: it would be another agent.`)
  return { loaded, text }
}
