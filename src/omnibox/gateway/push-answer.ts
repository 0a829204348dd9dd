/**
 * A refusal in git's own words, so that an agent reads ` ! [remote rejected] main -> main (reason)`.
 * To a push: `unpack ok` and one `ng <ref> <reason>` a ref (report-status), as pkt-lines, inside band 1 of side-band-64k where it was
 * agreed; band 2 is shown as `remote: …`. To a question for refs: `# service=git-receive-pack`, then `ERR <reason>`.
 * @see gitprotocol-pack(5), "Report Status" and "Packfile Data"; gitprotocol-http(5)
 */
export function rejectPush(refs: readonly string[], capabilities: readonly string[], reason: { readonly short: string; readonly long: string }): Buffer | undefined {
  if (!capabilities.includes('report-status') && !capabilities.includes('report-status-v2')) return undefined
  const report = Buffer.concat([packet('unpack ok\n'), ...refs.map((ref) => packet(`ng ${ref} ${oneLine(reason.short)}\n`)), flush])
  if (!capabilities.includes('side-band-64k')) return report
  const pieces: Buffer[] = [band(2, Buffer.from(`${oneLine(reason.long)}\n`))]
  for (let at = 0; at < report.length; at += maxBand) pieces.push(band(1, report.subarray(at, at + maxBand)))
  return Buffer.concat([...pieces, flush])
}

export function refuseRefs(reason: string): Buffer {
  return Buffer.concat([packet('# service=git-receive-pack\n'), flush, packet(`ERR ${oneLine(reason)}\n`)])
}

export const pushAnswerType = 'application/x-git-receive-pack-result'
export const refsAnswerType = 'application/x-git-receive-pack-advertisement'

const maxBand = 8_192
const flush = Buffer.from('0000')

function packet(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content)
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes])
}

const band = (number: number, content: Buffer): Buffer => packet(Buffer.concat([Buffer.from([number]), content]))
const oneLine = (text: string): string => text.replaceAll(/[\u0000-\u001f\u007f]+/g, ' ').slice(0, 900)
