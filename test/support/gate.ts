import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface Gate {
  /** A shell line that ends once the gate is opened. */
  readonly wait: string
  /** Lets the one that waits go on; one that comes later, too. */
  open(): Promise<void>
}

/** Holds a turn until a test lets it go: a named pipe, which keeps its reader waiting until somebody writes. */
export function makeGate(folder: string, name: string): Gate {
  const path = join(folder, name)
  execFileSync('mkfifo', [path])
  return { wait: `cat ${name}`, open: () => writeFile(path, 'open\n') }
}
