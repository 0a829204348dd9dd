import { useCallback, useEffect, useMemo, useState } from 'react'
import { DataContext, type Data } from './data/data-context.ts'
import { enter, type Entry } from './data/enter.ts'
import { MessagesCorner } from './ui/messages-corner.tsx'
import { SignInPage } from './sign-in-page.tsx'
import { Workbench } from './workbench.tsx'

interface Props extends Data {
  /** From the address; undefined when the cookie must do. */
  readonly token: string | undefined
}

/** Lets in whom the server knows, and tells everybody else how to get in. */
export function App({ client, messages, token }: Props) {
  const [entry, setEntry] = useState<Entry>()
  const tryToEnter = useCallback(async (given: string | undefined) => setEntry(await enter(client, given)), [client])
  useEffect(() => void tryToEnter(token), [tryToEnter, token])
  if (entry?.state === 'out') return <SignInPage error={entry.error} onEnter={tryToEnter} />
  // With a token in hand nothing is asked before the cookie is there.
  if (entry === undefined && token !== undefined) return <Blank />
  return <Inside client={client} messages={messages} ready={entry?.state === 'in'} onOut={() => void tryToEnter(undefined)} />
}

function Inside({ client, messages, ready, onOut }: Data & { readonly ready: boolean; onOut(): void }) {
  // The list opens while the server is still asked who this is: the answer is nearly always "you".
  const list = useMemo(() => client.openList(), [client])
  const data = useMemo(() => ({ client, messages, list }), [client, messages, list])
  useEffect(() => list.subscribe(() => {
    if (list.state.error?.code === 'unauthorized') onOut()
  }), [list, onOut])
  useEffect(() => () => list.close(), [list])
  return (
    <DataContext value={data}>
      {ready ? <Workbench /> : <Blank />}
      <MessagesCorner />
    </DataContext>
  )
}

function Blank() {
  return <div className="h-full bg-side" aria-busy="true" />
}
