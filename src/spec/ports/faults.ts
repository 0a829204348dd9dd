/**
 * The numbered fault points: every durable write and every message between engine and host.
 * The crash simulation draws its schedules over this list and fails when a point is never reached.
 */
export const faultPoints = [
  'store.append.before',
  'store.append.after',
  'blob.put.before',
  'blob.put.after',
  'outbox.append.before',
  'outbox.append.after',
  'outbox.drop.before',
  'outbox.drop.after',
  'link.to-host.before',
  'link.to-host.after',
  'link.to-engine.before',
  'link.to-engine.after',
] as const
export type FaultPoint = (typeof faultPoints)[number]

/** Called at each fault point. The shipped one does nothing; the simulation's may throw to stop a process there. */
export type ReachFault = (point: FaultPoint) => void

export const noFaults: ReachFault = () => undefined
