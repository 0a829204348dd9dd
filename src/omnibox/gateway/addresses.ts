import { BlockList, isIPv4, isIPv6, SocketAddress } from 'node:net'

/** An address, or a range of them, that may be reached although it is not public. `literal`: a client may also name it itself. */
export interface AddressException {
  /** `192.0.2.7`, `10.0.0.0/8`, `fd00::/8`. */
  readonly address: string
  readonly literal?: boolean
}

export interface AddressGuard {
  /** May a connection be made to this address, which a resolver gave? */
  permits(address: string): boolean
  /** May a client name this address? */
  permitsLiteral(address: string): boolean
}

/**
 * Which addresses may be dialled: public ones, and the exceptions. Of IPv6 only 2000::/3 is public, without what has an IPv4
 * address inside (6to4, Teredo) and without documentation; so mapped, unique-local, link-local and multicast addresses fall out.
 * @see the special-purpose registries of RFC 6890
 */
export function createAddressGuard(exceptions: readonly AddressException[] = []): AddressGuard {
  const reachable = listOf(exceptions.map(({ address }) => address))
  const nameable = listOf(exceptions.filter(({ literal }) => literal === true).map(({ address }) => address))
  return {
    permits: (address) => isPublic(address) || contains(reachable, address),
    permitsLiteral: (address) => contains(nameable, address),
  }
}

/** For places that a person named, not an agent. */
export const anyAddress: AddressGuard = { permits: () => true, permitsLiteral: () => true }

const special4 = listOf([
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24',
  '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4',
])
const global6 = listOf(['2000::/3'])
const special6 = listOf(['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'])

function isPublic(address: string): boolean {
  if (isIPv4(address)) return !contains(special4, address)
  return isIPv6(address) && !address.includes('%') && contains(global6, address) && !contains(special6, address)
}

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits] = range.split('/')
    const family = isIPv4(address) ? 'ipv4' : 'ipv6'
    list.addSubnet(address, bits === undefined ? (family === 'ipv4' ? 32 : 128) : Number(bits), family)
  }
  return list
}

function contains(list: BlockList, address: string): boolean {
  if (isIPv4(address)) return list.check(address, 'ipv4')
  // A mapped address would be found in lists of IPv4 ranges: it is never the address that a rule names.
  return isIPv6(address) && !isMapped(address) && list.check(address, 'ipv6')
}

const isMapped = (address: string): boolean => /^::(ffff(:0)?:)?\d+\.\d+\.\d+\.\d+$|^::ffff:/i.test(new SocketAddress({ address: address.split('%')[0] ?? '', family: 'ipv6' }).address)
