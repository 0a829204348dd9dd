/** The part of the package that we use. It is an optional one: where it is not installed, files are used. */
declare module '@napi-rs/keyring' {
  export class AsyncEntry {
    constructor(service: string, user: string, options?: { readonly linux?: { readonly store?: 'secret-service' | 'keyutils' } })
    setPassword(password: string): Promise<void>
    /** In some versions undefined where there is none. */
    getPassword(): Promise<string | null | undefined>
    /** False when there was none. */
    deletePassword(): Promise<boolean>
  }
}
