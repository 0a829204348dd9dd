import { AppError } from '../spec/app-error.ts'
import type { Omnibox } from '../spec/ports/box.ts'

/**
 * Boxes with walls by one way, those without by another.
 * @param walled undefined where this system has none that we know to use
 * @param proof that walls hold here: none is put up without it
 */
export function createOmnibox({ off, walled, proof }: { readonly off: Omnibox; readonly walled: Omnibox | undefined; proof(): Promise<void> }): Omnibox {
  return {
    async open(profile) {
      if (profile.name === 'off') return off.open(profile)
      if (walled === undefined) throw new AppError('unavailable', `No sandbox can be put up on ${process.platform} yet. Run with "sandbox: off", which has no walls.`)
      await proof()
      return walled.open(profile)
    },
  }
}
