import type { HarnessContext } from '../spec/ports/harness.ts'

/** True when the program gets a configuration folder of its own in the session's private one: its calls go elsewhere, or it is in a box with walls. */
export const ownsSetUp = ({ route, users }: Pick<HarnessContext, 'route' | 'users'>): boolean => route !== undefined || users !== undefined

/** The environment that says where the user's own set-up of the program is. */
export const usersEnv = ({ users, env }: Pick<HarnessContext, 'users' | 'env'>): HarnessContext['env'] => users ?? env
