import { isCancel, password } from '@clack/prompts'
import { text } from 'node:stream/consumers'
import { AppError } from '../../spec/app-error.ts'
import type { CommandContext } from '../command.ts'

/**
 * A key, from a variable, from the terminal without showing it, or from standard input; never from the command line, where
 * every process could read it. @throws {AppError} 'invalid' when there is none.
 */
export async function readSecret({ config }: CommandContext, message: string, variable?: string): Promise<string> {
  if (variable !== undefined) {
    const key = config.environment[variable] ?? ''
    if (key === '') throw new AppError('invalid', `The variable ${variable} is not set here.`)
    return key
  }
  if (!config.isTerminal.input) return (await text(process.stdin)).trim()
  const typed = await password({ message, mask: '·' })
  if (isCancel(typed)) throw new AppError('invalid', 'Nothing was saved.')
  return typed ?? ''
}
