import { createContext } from 'react'
import type { SessionActions } from '../data/use-actions.ts'

/** The orders of the session that is drawn, for rows deep in the transcript. */
export const ActionsContext = createContext<SessionActions | undefined>(undefined)
