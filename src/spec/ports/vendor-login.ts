/** A vendor's own sign-in, as far as we touch it: its command is run in the person's terminal; its file is looked for, read where a box needs one like it, and never written. */
export interface VendorLogin {
  /** Arguments of the program that start the sign-in; left out where it has no such command. */
  readonly args?: readonly string[]
  /** What is there once somebody has signed in; left out where that can not be seen from outside. */
  readonly file?: LoginFile
  /** The program takes its login before a key in the environment. */
  readonly first: boolean
  /**
   * What stands in a box for the login's file. Left out where nobody knows how its file could be one without a secret.
   * @param text the file as it is
   * @param standIn gives something that looks like this secret and is none; for the same name the same, whatever has become of the secret
   * @returns undefined for a file of another form
   */
  inBox?(text: string, standIn: (name: string, value: string) => string): LoginInBox | undefined
}

export interface LoginInBox {
  /** A file from which the program takes itself for signed in. No secret is in it. */
  readonly text: string
  /** What it would sign its calls with, and what it signs them with. `provider`: the model service that takes it; `headers`: what the service wants to be told besides. */
  readonly credentials: readonly { readonly provider: string; readonly value: string; readonly placeholder: string; readonly headers?: Readonly<Record<string, string>> }[]
  /** Epoch milliseconds after which the real credential is refused, until the vendor's program has made it anew. */
  readonly expiresAt?: number
}

export interface LoginFile {
  /** Variable that moves the folder. */
  readonly folderEnv?: string
  /** The folder, under HOME. */
  readonly folder: string
  readonly name: string
}

/** Where the login's file would be, for a program with this environment; undefined where it can not be seen from outside. */
export function loginPath({ file }: VendorLogin, env: Readonly<Record<string, string>>): string | undefined {
  if (file === undefined) return undefined
  const moved = file.folderEnv === undefined ? '' : (env[file.folderEnv] ?? '')
  return `${moved === '' ? `${env['HOME'] ?? ''}/${file.folder}` : moved}/${file.name}`
}
