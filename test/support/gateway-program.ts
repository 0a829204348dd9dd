import { readFileSync } from 'node:fs'
import { runGateway } from '../../src/app/process/run-gateway.ts'

/** The gateway, for which every name is on this machine. Argument: the file of the root that is trusted there. */
await runGateway({ resolve: async () => ['127.0.0.1'], exceptions: [{ address: '127.0.0.1' }], upstreamRoots: [readFileSync(process.argv[2] ?? '', 'utf8')] })
