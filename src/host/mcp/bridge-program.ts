import { connect } from 'node:net'

/**
 * Runs in a box, as a stdio server of the Model Context Protocol: passes everything on to the socket `omni.sock` in the folder that it is given, and
 * back. It knows nothing.
 */
process.chdir(process.argv[2] ?? '.')
const socket = connect('omni.sock')
socket.once('error', (error) => {
  process.stderr.write(`The tools of the session can not be reached: ${error.message}\n`)
  process.exit(1)
})
process.stdin.pipe(socket)
socket.pipe(process.stdout)
socket.once('close', () => process.exit(0))
