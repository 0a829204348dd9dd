import { startModelStub } from './model-stub.ts'

/** `node test/model-stub/main.ts [port]`: the stub by hand, to try a program against. */
const stub = await startModelStub(Number(process.argv[2] ?? '0'))
process.stdout.write(`${stub.url}\n`)
