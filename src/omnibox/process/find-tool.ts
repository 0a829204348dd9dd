import { AppError } from '../../spec/app-error.ts'
import { findExecutable } from './find-executable.ts'

/** Where system tools are, whatever the user's PATH says: one from a repository's folder would be a way in. */
export const systemPath = '/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin'

export function findTool(name: string): string | undefined {
  const found = findExecutable(name, systemPath, '/')
  return found.type === 'found' ? found.file : undefined
}

/**
 * @param debian the package that has it, there and at Ubuntu
 * @throws {AppError} 'unavailable' with the command that installs it
 */
export function needTool(name: string, debian: string, fedora = debian): string {
  const file = findTool(name)
  if (file !== undefined) return file
  throw new AppError('unavailable', `The sandbox needs ${name}, which is not installed. Install it (Debian, Ubuntu: apt install ${debian}; Fedora: dnf install ${fedora}), or run with "sandbox: off".`)
}
