import { createRoot } from 'react-dom/client'
import { z } from 'zod'
import { createClient } from '../client/create-client.ts'
import { App } from './app.tsx'
import { browserClock } from './data/browser-clock.ts'
import { takeToken } from './data/enter.ts'
import { Messages } from './data/messages.ts'
import { readTheme, setTheme } from './data/theme.ts'
import './styles.css'

// Zod's fast path makes functions of text, which the content security policy forbids; asking would be reported as a violation.
z.config({ jitless: true })
setTheme(readTheme())

const client = createClient({ baseUrl: location.origin, clock: browserClock })
// A browser knows better than a timer when trying again makes sense.
window.addEventListener('online', () => client.connection.wake())
document.addEventListener('visibilitychange', () => document.hidden || client.connection.wake())

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
createRoot(root).render(<App client={client} messages={new Messages(browserClock)} token={takeToken()} />)
