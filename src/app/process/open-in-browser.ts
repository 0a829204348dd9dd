import open from 'open'

/** Opens an address of ours in the user's browser; a machine without one is no failure. */
export async function openInBrowser(address: string): Promise<void> {
  const child = await open(address)
  child.on('error', () => undefined) // No browser here: the address was printed.
  child.unref()
}
