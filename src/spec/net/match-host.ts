/** `*.example.org` is every name below, `*` every host; else the very name. Both lower-case. */
export function matchHost(pattern: string, host: string): boolean {
  if (pattern === '*') return true
  return pattern.startsWith('*.') ? host.length > pattern.length - 1 && host.endsWith(pattern.slice(1)) : host === pattern
}
