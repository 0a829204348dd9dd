import { AppError } from '../spec/app-error.ts'
import { type Level, levels } from '../spec/policy/words.ts'

/** `--level`. @throws {AppError} 'invalid' */
export function readLevel(text: string): Level {
  const level = levels.find((each) => each === text)
  if (level === undefined) throw new AppError('invalid', `--level ${text} is not known. One of: ${levels.join(', ')}.`)
  return level
}
