/** The single walls of the gateway. All stand; a test takes one away to prove that its case needs it. */
export const allProtections = {
  /** CONNECT, SNI and Host name the same place. */
  sameAuthority: true,
  oneHost: true,
  /** Origin-form only, except at the proxy's entrance. */
  originForm: true,
  userinfo: true,
  clearPaths: true,
  methods: true,
  numericHosts: true,
  addressLiterals: true,
  ports: true,
  strictParser: true,
  framing: true,
  hopByHop: true,
  limits: true,
  privateAddresses: true,
  verifyUpstream: true,
  onlyWebSocket: true,
  readPushes: true,
  placeholderHosts: true,
  scrub: true,
}
export type Protections = Record<keyof typeof allProtections, boolean>
