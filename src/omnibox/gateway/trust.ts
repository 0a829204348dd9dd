/** Text of a file with the roots of the system and the session's own, one after the other: PEM blocks, each ending a line. */
export function trustBundle(systemRootsPem: string, rootPem: string): string {
  return [systemRootsPem, rootPem].map((part) => part.trim()).filter((part) => part !== '').map((part) => `${part}\n`).join('')
}

/** Absolute paths as the box sees them. */
export interface TrustPaths {
  /** The file of `trustBundle`. */
  readonly bundle: string
  /** A file with the session's root alone. */
  readonly root: string
  /** The folder that holds the bundle as `ca-certificates.crt`. */
  readonly folder: string
}

/**
 * The variables by which programs are told to trust the session's root, where the file of the system is not enough for them.
 * Java has none: it needs a key store of its own, made with its own tool.
 */
export function trustEnvironment(paths: TrustPaths): Readonly<Record<string, string>> {
  return {
    NODE_EXTRA_CA_CERTS: paths.root, // Added to those that are built in.
    SSL_CERT_DIR: paths.folder,
    ...Object.fromEntries(bundleNames.map((name) => [name, paths.bundle])),
  }
}

/** Each replaces the program's own list. */
const bundleNames = [
  'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'GIT_SSL_CAINFO', 'PIP_CERT', 'CARGO_HTTP_CAINFO', 'AWS_CA_BUNDLE', 'DENO_CERT',
  'BUNDLE_SSL_CA_CERT', 'COMPOSER_CAFILE', 'HTTPLIB2_CA_CERTS', 'GRPC_DEFAULT_SSL_ROOTS_FILE_PATH', 'CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE',
  'NIX_SSL_CERT_FILE', 'npm_config_cafile',
]
