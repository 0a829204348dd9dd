import { createContext, useContext, useSyncExternalStore } from 'react'
import { Store } from '../../client/store.ts'

/** Which rows a person opened or closed. Kept outside the rows: the list forgets rows that scroll away. */
export class OpenRows extends Store<ReadonlyMap<string, boolean>> {
  constructor() {
    super(new Map())
  }

  put(key: string, open: boolean): void {
    this.set(new Map(this.state).set(key, open))
  }
}

export const OpenRowsContext = createContext(new OpenRows())

export function useOpenRows(key: string, otherwise: boolean): { readonly isOpen: boolean; toggle(): void } {
  const rows = useContext(OpenRowsContext)
  const isOpen = useSyncExternalStore(rows.subscribe, () => rows.state.get(key) ?? otherwise)
  return { isOpen, toggle: () => rows.put(key, !isOpen) }
}
