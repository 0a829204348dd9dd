import { createContext, useContext } from 'react'
import type { Client } from '../../client/create-client.ts'
import type { LiveList } from '../../client/live-list.ts'
import type { Messages } from './messages.ts'

/** What the page stands on; made once in `main.tsx`. */
export interface Data {
  readonly client: Client
  readonly messages: Messages
}

export const DataContext = createContext<(Data & { readonly list: LiveList }) | undefined>(undefined)

export function useData(): Data & { readonly list: LiveList } {
  const data = useContext(DataContext)
  if (data === undefined) throw new Error('useData needs a DataContext above it')
  return data
}
