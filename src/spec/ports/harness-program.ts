/** A vendor's program: what `omni harness install` installs and where its executable is. Data only. */
export interface HarnessProgram {
  /** npm package name. */
  readonly package: string
  /** The pinned version that our suites run. */
  readonly version: string
  /** Versions we expect to work: at least this one … */
  readonly minimum: string
  /** … and below this one; newer ones run with a warning. */
  readonly below: string
  /** Name of the command on a PATH; empty for a library, which is on none. */
  readonly command: string
  /** Arguments that print the version; none: the one written beside it counts. */
  readonly versionArgs: readonly string[]
  /** Executables to try, relative to the folder it was installed in, best first. A `.js` or `.mjs` file is run by our own Node. */
  executables(platform: { readonly os: string; readonly arch: string }): readonly string[]
  /** What a person does to get credentials, one line. */
  readonly signIn: string
}
