/** A vendor's own sign-in, as far as we touch it: its command is run in the person's terminal, its files are looked for and never read. */
export interface VendorLogin {
  /** Arguments of the program that start the sign-in; left out where it has no such command. */
  readonly args?: readonly string[]
  /** What is there once somebody has signed in; left out where that can not be seen from outside. */
  readonly file?: LoginFile
  /** The program takes its login before a key in the environment. */
  readonly first: boolean
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
