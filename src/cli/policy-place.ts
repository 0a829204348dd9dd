import { AppError } from '../spec/app-error.ts'
import { readSessionRef } from './open-client.ts'

export interface PolicyPlaceOptions {
  readonly session?: string
  readonly server?: boolean
}

/** Whose policies a command changes. @throws {AppError} 'invalid' unless it names exactly one place. */
export function readPolicyPlace({ session, server = false }: PolicyPlaceOptions): { readonly level: 'server' } | { readonly level: 'session'; readonly session: string } {
  if ((session === undefined) !== server) throw new AppError('invalid', 'Say whose policies: --session SESSION for one session, or --server for every session of this server.')
  return session === undefined ? { level: 'server' } : { level: 'session', session: readSessionRef(session) }
}
