import { createHash } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'

/** SHA-256 of a value's canonical JSON (RFC 8785), lower-case hex: equal values, equal hashes. @throws {TypeError} on what JSON cannot say */
export const hashJson = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('hex')
