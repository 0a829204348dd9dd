/** A secret as the gateway holds it: in memory, and nowhere else. */
export interface Secret {
  readonly name: string
  readonly value: string
  /** What stands for it inside: same length as the value. */
  readonly placeholder: string
  /** The only hosts that it goes to: names or `*.name`. */
  readonly hosts: readonly string[]
}
