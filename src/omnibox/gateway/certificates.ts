import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIP, SocketAddress } from 'node:net'
import { bits, boolean, der, explicit, implicit, integer, octets, oid, sequence, set, text, time } from './der.ts'

/**
 * The certificates of one session: an own root (EC P-256, `CA:TRUE, pathlen:0`, for signing only) and a leaf per host, all
 * X.509 v3 signed by ECDSA with SHA-256. A leaf has the host as its subject alternative name, `serverAuth`, both key
 * identifiers and a random serial of 127 bits: what `openssl verify -x509_strict` and Python 3.13 ask for. All leaves share one
 * key, as it never leaves this process.
 * @see RFC 5280 §4
 */
export interface CertificateAuthority {
  /** PEM of the root: what clients have to trust. */
  readonly root: string
  /** PEM of the key of every leaf. */
  readonly leafKey: string
  /** PEM of a leaf for a host name or an address. */
  leafFor(host: string): string
  /** When a leaf that is made now has to be made again, epoch ms. */
  renewAt(): number
}

const dayMs = 86_400_000
/** Clocks inside a box may be behind. */
const backdateMs = dayMs
const rootMs = 365 * dayMs
const leafMs = 30 * dayMs
const renewMs = leafMs / 2

/** Makes a root that exists only in memory and ends with the session. `now` is epoch milliseconds. */
export function createCertificateAuthority(options: { readonly session: string; now(): number }): CertificateAuthority {
  const root = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const leaf = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const rootId = keyId(root.publicKey)
  const leafId = keyId(leaf.publicKey)
  const issuer = nameOf(`Omnibox ${options.session}`.slice(0, 64))
  const until = options.now() + rootMs
  const certificate = (fields: { subject: Uint8Array; key: KeyObject; until: number; extensions: readonly Uint8Array[] }): string => {
    const signed = sequence(
      explicit(0, integer(Buffer.from([2]))), integer(serial()), ecdsaSha256, issuer,
      sequence(time(options.now() - backdateMs), time(fields.until)), fields.subject,
      fields.key.export({ type: 'spki', format: 'der' }), explicit(3, sequence(...fields.extensions)),
    )
    return pem(sequence(signed, ecdsaSha256, bits(sign('sha256', signed, root.privateKey))))
  }
  return {
    root: certificate({ subject: issuer, key: root.publicKey, until, extensions: [
      extension(basicConstraints, true, sequence(boolean(true), integer(Buffer.from([0])))),
      extension(keyUsage, true, bits(Buffer.from([0x06]), 1)), // keyCertSign, cRLSign
      extension(subjectKeyId, false, octets(rootId)),
    ] }),
    leafKey: leaf.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    leafFor: (host) => certificate({ subject: nameOf(host.length <= 64 ? host : 'omnibox'), key: leaf.publicKey, until: Math.min(until, options.now() + leafMs), extensions: [
      extension(basicConstraints, true, sequence()),
      extension(keyUsage, true, bits(Buffer.from([0x80]), 7)), // digitalSignature
      extension(extendedKeyUsage, false, sequence(serverAuth)),
      extension(subjectKeyId, false, octets(leafId)),
      extension(authorityKeyId, false, sequence(implicit(0, rootId))),
      extension(subjectAltName, false, sequence(altName(host))),
    ] }),
    renewAt: () => options.now() + renewMs,
  }
}

const ecdsaSha256 = sequence(oid('1.2.840.10045.4.3.2'))
const serverAuth = oid('1.3.6.1.5.5.7.3.1')
const subjectKeyId = oid('2.5.29.14')
const keyUsage = oid('2.5.29.15')
const subjectAltName = oid('2.5.29.17')
const basicConstraints = oid('2.5.29.19')
const authorityKeyId = oid('2.5.29.35')
const extendedKeyUsage = oid('2.5.29.37')

const extension = (id: Uint8Array, critical: boolean, value: Uint8Array): Buffer => sequence(id, ...(critical ? [boolean(true)] : []), octets(value))
const nameOf = (common: string): Buffer => sequence(set(sequence(oid('2.5.4.3'), text(common))))
/** RFC 5280 §4.2.1.2, method 1, over the whole key structure: any unique value will do. */
const keyId = (key: KeyObject): Buffer => createHash('sha1').update(key.export({ type: 'spki', format: 'der' })).digest()
const pem = (bytes: Buffer): string => `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64').replaceAll(/.{64}/g, '$&\n').trimEnd()}\n-----END CERTIFICATE-----\n`

function serial(): Buffer {
  const bytes = randomBytes(16)
  bytes.writeUInt8(((bytes[0] ?? 0) & 0x7f) | 0x40, 0)
  return bytes
}

function altName(host: string): Buffer {
  switch (isIP(host)) {
    case 4: return der(0x87, Buffer.from(host.split('.').map(Number)))
    case 6: return der(0x87, bytesOfIpv6(host))
    default: return der(0x82, Buffer.from(host, 'ascii'))
  }
}

function bytesOfIpv6(address: string): Buffer {
  const [left = '', right = ''] = new SocketAddress({ address, family: 'ipv6' }).address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...parts: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.slice(0, 4).map(Number)
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
  }).split('::')
  const [front, back] = [left, right].map((side) => (side === '' ? [] : side.split(':').map((group) => Number.parseInt(group, 16))))
  const groups = [...(front ?? []), ...Array.from({ length: 8 - (front?.length ?? 0) - (back?.length ?? 0) }, () => 0), ...(back ?? [])]
  return Buffer.from(groups.flatMap((group) => [group >> 8, group & 0xff]))
}
