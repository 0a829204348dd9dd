import { closeSync, fstatSync, writeSync } from 'node:fs'

const readyDescriptor = 3

/** Tells whoever started us in the background that we are ready; does nothing when nobody listens. */
export function sayReady(line: string): void {
  try {
    if (!fstatSync(readyDescriptor).isFIFO() && !fstatSync(readyDescriptor).isSocket()) return
    writeSync(readyDescriptor, `${line}\n`)
    closeSync(readyDescriptor)
  } catch {
    // No descriptor 3: started by hand in the foreground.
  }
}
