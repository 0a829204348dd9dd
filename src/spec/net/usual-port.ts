import { own } from '../../base/own.ts'

const usualPorts: Readonly<Record<string, number>> = { http: 80, https: 443 }

/** The port that an address of this scheme means when it names none; undefined where that is not known. */
export function usualPort(scheme: 'http' | 'https'): number
export function usualPort(scheme: string): number | undefined
export function usualPort(scheme: string): number | undefined {
  return own(usualPorts, scheme)
}

/** `host`, or `host:port` where the port says something. IPv6 in brackets. */
export function authorityOf({ scheme, host, port }: { readonly scheme: string; readonly host: string; readonly port?: number | undefined }): string {
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
  return port === undefined || port === usualPort(scheme) ? name : `${name}:${port}`
}
