import type { CanarySystem } from '../canary/canary.ts'

/** What Seatbelt has to hold beside files and networks. */
export const macosCanary: CanarySystem = {
  proxyPort: undefined,
  attempts: async () => [{ name: 'signals a process of this machine', do: 'signal', pid: process.pid }],
}
