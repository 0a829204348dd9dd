/**
 * Resolves at SIGTERM, SIGINT or SIGHUP. A bug that nobody caught ends the process with its report: going on in an
 * unknown state would be worse than a restart, which loses nothing.
 */
export function untilAskedToEnd(report: (problem: string, cause?: unknown) => void): Promise<void> {
  const fail = (error: unknown) => {
    report('a bug: ending', error)
    process.exit(70)
  }
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve())
  })
}
