import type { Socket as DatagramSocket } from 'node:dgram'
import type { Server } from 'node:net'

/** A listening socket in the network of a box, by the way in which clients come to it. */
export type Door =
  | { readonly kind: 'tls' | 'http'; readonly server: Server }
  /** `password`: where others on this machine can come to it as well; its user is `omni`. */
  | { readonly kind: 'proxy'; readonly server: Server; readonly password?: string }
  /** `address`: where the names lead that may be reached. */
  | { readonly kind: 'dns'; readonly socket: DatagramSocket; readonly address: string }

/** The network of a box, as whoever serves it sees it. */
export interface DoorSource {
  /** Listens in it, for one server at a time: whoever had the doors before has to be gone. They are the caller's to close. @throws {AppError} 'unavailable' */
  listen(): Promise<readonly Door[]>
}

/** The one way out of a box. */
export interface WayOut {
  /** PEM of the root whose certificates programs in the box are shown. */
  readonly root: string
  /** Serves these doors from now on, as long as there is anybody to do it. @returns what ends it, once nothing is served any more */
  serve(doors: DoorSource): Promise<() => Promise<void>>
}
