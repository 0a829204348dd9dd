import { AppError } from '../../spec/app-error.ts'

/**
 * The Agent Client Protocol, version 1 (agentclientprotocol.com, schema of 2026-11): JSON-RPC 2.0, one object a line on standard
 * input and output. We are the client: `initialize`, `session/new|load|resume|prompt|set_mode|set_config_option`, the
 * notification `session/cancel`; the agent sends `session/update` and asks `session/request_permission` and
 * `fs/read_text_file|write_text_file`. `terminal/*` is not offered: no agent was seen to use it.
 */
export const protocolVersion = 1

/** The seam for later versions: an agent answers the version it will speak. @throws {AppError} 'unsupported' for any but 1. */
export function checkProtocol(answered: unknown, title: string): void {
  if (answered === protocolVersion) return
  const spoken = typeof answered === 'number' ? `version ${answered}` : 'an unknown version'
  throw new AppError('unsupported', `${title} speaks ${spoken} of the Agent Client Protocol; this Omnigent speaks version ${protocolVersion}. Install the tested version of ${title}, or a newer Omnigent.`)
}

/** @param files whether the program may read and write files through us */
export const initializeParams = (files: boolean) => ({
  protocolVersion, clientInfo: { name: 'omnigent', title: 'Omnigent', version: '1' },
  clientCapabilities: { fs: { readTextFile: files, writeTextFile: files }, terminal: false },
})
