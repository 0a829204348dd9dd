/**
 * DNS inside a box: an answer per question, nothing forwarded. A message is a head of six u16 (id, flags, counts of
 * questions, answers, authorities, others), then the question: labels `{u8 length ≤ 63, bytes}` up to an empty one, u16 type,
 * u16 class. Names that may be reached have one IPv4 address, that of the gateway's doors, and no other records; all other names do not exist.
 *
 * Answers one datagram; undefined for what is no question (an answer, or too short to have an id).
 * @param address IPv4, dotted
 * @see RFC 1035 §4.1
 */
export function answerDns(query: Buffer, address: string, mayReach: (name: string) => boolean): Buffer | undefined {
  if (query.length < 12 || (query.readUInt16BE(2) & isAnswer) !== 0) return undefined
  const question = readQuestion(query)
  if (question === undefined) return reply(query, { code: formatError })
  if ((query.readUInt16BE(2) & opcode) !== 0) return reply(query, { code: notImplemented })
  if (question.class !== internet || !mayReach(question.name.toLowerCase())) return reply(query, { code: noSuchName, question: question.bytes })
  return reply(query, { code: 0, question: question.bytes, ...(question.type === typeA ? { address } : {}) })
}

const isAnswer = 0x8000
const opcode = 0x7800
const [formatError, noSuchName, notImplemented] = [1, 3, 4]
const [typeA, internet] = [1, 1]
const answerSeconds = 60

function readQuestion(query: Buffer): { readonly name: string; readonly type: number; readonly class: number; readonly bytes: Buffer } | undefined {
  if (query.readUInt16BE(4) !== 1) return undefined
  const labels: string[] = []
  let at = 12
  for (;;) {
    const length = query[at]
    // Above 63 it would be a pointer, which has nothing to point at in a question.
    if (length === undefined || length > 63 || at + 1 + length > query.length || at > 12 + 254) return undefined
    at += 1
    if (length === 0) break
    labels.push(query.toString('latin1', at, at + length))
    at += length
  }
  if (at + 4 > query.length) return undefined
  return { name: labels.join('.'), type: query.readUInt16BE(at), class: query.readUInt16BE(at + 2), bytes: query.subarray(12, at + 4) }
}

function reply(query: Buffer, answer: { readonly code: number; readonly question?: Buffer; readonly address?: string }): Buffer {
  const head = Buffer.alloc(12)
  query.copy(head, 0, 0, 2)
  // An answer, authoritative, recursion as wished and available.
  head.writeUInt16BE(isAnswer | 0x0400 | (query.readUInt16BE(2) & 0x0100) | 0x0080 | answer.code, 2)
  head.writeUInt16BE(answer.question === undefined ? 0 : 1, 4)
  head.writeUInt16BE(answer.address === undefined ? 0 : 1, 6)
  if (answer.address === undefined) return Buffer.concat([head, answer.question ?? Buffer.alloc(0)])
  const record = Buffer.alloc(16)
  record.writeUInt16BE(0xc00c, 0) // The name: see byte 12.
  record.writeUInt16BE(typeA, 2)
  record.writeUInt16BE(internet, 4)
  record.writeUInt32BE(answerSeconds, 6)
  record.writeUInt16BE(4, 10)
  for (const [index, part] of answer.address.split('.').entries()) record.writeUInt8(Number(part), 12 + index)
  return Buffer.concat([head, answer.question ?? Buffer.alloc(0), record])
}
