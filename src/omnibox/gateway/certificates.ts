import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto'
import { isIP, SocketAddress } from 'node:net'
import type { AuthorityKeys } from '../../spec/ports/gateway.ts'
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

/** Makes keys and a root that exist only in memory and end with the session. `now` is epoch milliseconds. */
export function createAuthorityKeys({ session, now }: { readonly session: string; now(): number }): AuthorityKeys {
  const root = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const leaf = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const issuer = issuerOf(session)
  return {
    root: signCertificate({ issuer, subject: issuer, key: root.publicKey, signedBy: root.privateKey, from: now() - backdateMs, until: now() + rootMs, extensions: [
      extension(basicConstraints, true, sequence(boolean(true), integer(Buffer.from([0])))),
      extension(keyUsage, true, bits(Buffer.from([0x06]), 1)), // keyCertSign, cRLSign
      extension(subjectKeyId, false, octets(keyId(root.publicKey))),
    ] }),
    rootKey: pemOf(root.privateKey), leafKey: pemOf(leaf.privateKey),
  }
}

/** Issues certificates in the name of a session. `now` is epoch milliseconds. @param options.keys of `createAuthorityKeys`; new ones by default */
export function createCertificateAuthority(options: { readonly session: string; now(): number; readonly keys?: AuthorityKeys }): CertificateAuthority {
  const { session, now, keys = createAuthorityKeys(options) } = options
  const [rootKey, leafKey] = [createPrivateKey(keys.rootKey), createPublicKey(keys.leafKey)]
  const [rootId, leafId, until] = [keyId(createPublicKey(keys.rootKey)), keyId(leafKey), Date.parse(new X509Certificate(keys.root).validTo)]
  return {
    root: keys.root,
    leafKey: keys.leafKey,
    leafFor: (host) => signCertificate({ issuer: issuerOf(session), subject: nameOf(host.length <= 64 ? host : 'omnibox'), key: leafKey, signedBy: rootKey, from: now() - backdateMs, until: Math.min(until, now() + leafMs), extensions: [
      extension(basicConstraints, true, sequence()),
      extension(keyUsage, true, bits(Buffer.from([0x80]), 7)), // digitalSignature
      extension(extendedKeyUsage, false, sequence(serverAuth)),
      extension(subjectKeyId, false, octets(leafId)),
      extension(authorityKeyId, false, sequence(implicit(0, rootId))),
      extension(subjectAltName, false, sequence(altName(host))),
    ] }),
    renewAt: () => now() + renewMs,
  }
}

interface CertificateFields {
  readonly issuer: Uint8Array
  readonly subject: Uint8Array
  readonly key: KeyObject
  readonly signedBy: KeyObject
  /** Epoch milliseconds. */
  readonly from: number
  readonly until: number
  readonly extensions: readonly Uint8Array[]
}

function signCertificate(fields: CertificateFields): string {
  const signed = sequence(
    explicit(0, integer(Buffer.from([2]))), integer(serial()), ecdsaSha256, fields.issuer, sequence(time(fields.from), time(fields.until)), fields.subject,
    fields.key.export({ type: 'spki', format: 'der' }), explicit(3, sequence(...fields.extensions)),
  )
  return pem(sequence(signed, ecdsaSha256, bits(sign('sha256', signed, fields.signedBy))))
}

const issuerOf = (session: string): Uint8Array => nameOf(`Omnibox ${session}`.slice(0, 64))
const pemOf = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()

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
