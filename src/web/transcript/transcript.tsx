import { ArrowDown } from 'lucide-react'
import { memo, type PointerEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { Virtualizer } from 'virtua'
import type { SessionState } from '../../client/live-session.ts'
import { Button } from '../ui/button.tsx'
import { MessageRow, preloadMarkdown } from './message-row.tsx'
import { OpenRows, OpenRowsContext } from './open-rows.ts'
import { type Row, rowsOf } from './rows.ts'
import { EndRow, NoticeRow, PromptRow, UnsupportedRow } from './small-rows.tsx'
import { ToolRow } from './tool-row.tsx'

/** Pixels from the end within which new text keeps the end in sight. */
const nearEnd = 48
/** Pixels from the start at which the page before is fetched. */
const nearStart = 600
/** A scroll this long after a wheel, touch or key is the person's. */
const touchMs = 1_000
const isNearEnd = (box: HTMLElement) => box.scrollHeight - box.scrollTop - box.clientHeight < nearEnd

interface Props {
  readonly state: Pick<SessionState, 'session' | 'items' | 'partials' | 'older' | 'loadingOlder'>
  onOlder(): void
}

/** The conversation: only what is near the window is in the page; older pages come as they are scrolled to. */
export function Transcript({ state, onOlder }: Props) {
  const { session, items, partials, older, loadingOlder } = state
  const rows = useMemo(() => rowsOf(items, partials, session), [items, partials, session])
  const [openRows] = useState(() => new OpenRows())
  const box = useRef<HTMLDivElement>(null)
  const inner = useRef<HTMLDivElement>(null)
  const [atEnd, setAtEnd] = useState(true)
  const follows = useRef(true)
  /** When a person last did something that can scroll, in `performance.now()` ms. */
  const touchedAt = useRef(Number.NEGATIVE_INFINITY)
  /** What a pointer is down on, and where that was: it must not be moved away under it. */
  const pressed = useRef<{ readonly element: Element; readonly top: number }>(undefined)
  const firstKey = useRef(rows[0]?.key)
  // Rows came in at the start: the list then keeps its place from the end.
  const grewAtStart = firstKey.current !== undefined && rows[0]?.key !== firstKey.current
  useLayoutEffect(() => {
    firstKey.current = rows[0]?.key
  })
  useEffect(preloadMarkdown, [])
  const toEnd = () => {
    if (box.current !== null) box.current.scrollTop = box.current.scrollHeight
  }
  useLayoutEffect(() => {
    const [outer, content] = [box.current, inner.current]
    if (outer === null || content === null) return
    // Rows are measured after they are drawn: the end is found again whenever either size changes.
    const watch = new ResizeObserver(() => {
      const held = pressed.current
      // What grew above it moves it, what grew below does not.
      if (held?.element.isConnected === true) outer.scrollTop += held.element.getBoundingClientRect().top - held.top
      else if (follows.current) toEnd()
      else setAtEnd((follows.current = isNearEnd(outer)))
      if (outer.scrollHeight <= outer.clientHeight + nearStart) onOlder()
    })
    watch.observe(content)
    watch.observe(outer)
    return () => watch.disconnect()
  }, [onOlder])
  // Who opens a row wants to read it there, not to be taken to the end.
  useEffect(() => openRows.subscribe(() => {
    follows.current = false
  }), [openRows])
  const touch = () => {
    touchedAt.current = performance.now()
  }
  const press = (event: PointerEvent<HTMLElement>) => {
    touch()
    if (event.button !== 0 || !(event.target instanceof Element) || isOnScrollbar(event)) return
    pressed.current = { element: event.target, top: event.target.getBoundingClientRect().top }
    onceReleased(() => {
      pressed.current = undefined
      if (follows.current) toEnd()
    })
  }
  const onScroll = () => {
    const outer = box.current
    if (outer === null) return
    // The list scrolls by itself, too, when rows are measured: only a person's scrolling leaves the end.
    if (isNearEnd(outer)) follows.current = true
    else if (performance.now() - touchedAt.current < touchMs) follows.current = false
    setAtEnd(follows.current)
    if (outer.scrollTop < nearStart && older && !loadingOlder) onOlder()
  }
  const jump = () => {
    follows.current = true
    setAtEnd(true)
    toEnd()
    box.current?.focus()
  }
  return (
    <OpenRowsContext value={openRows}>
      <div className="relative min-h-0 flex-1">
        <div
          ref={box} tabIndex={0} role="log" aria-live="off" aria-label="Transcript"
          onScroll={onScroll} onWheel={touch} onTouchMove={touch} onKeyDown={touch} onPointerDown={press}
          className="h-full overflow-x-hidden overflow-y-auto -outline-offset-2 [overflow-anchor:none]"
        >
          {/* The list makes its rows deaf to the pointer while it scrolls, by itself too: a press on a growing conversation was lost. */}
          <div ref={inner} className="mx-auto max-w-[50rem] px-4 pt-3 pb-6 wide:px-8 [&>div]:pointer-events-auto!">
            {loadingOlder && <p className="absolute inset-x-0 top-2 z-10 mx-auto w-fit rounded-full border border-line bg-raised px-3 py-0.5 text-xs text-ink-3">Loading older…</p>}
            <Virtualizer scrollRef={box} shift={grewAtStart} bufferSize={600}>
              {rows.map((row) => <RowView key={row.key} row={row} />)}
            </Virtualizer>
          </div>
        </div>
        {!atEnd && (
          <Button small className="absolute bottom-3 left-1/2 -translate-x-1/2 shadow-md" icon={<ArrowDown size={13} aria-hidden />} onClick={jump}>Latest</Button>
        )}
      </div>
    </OpenRowsContext>
  )
}

/** A browser does not tell when a scrollbar is let go. */
const isOnScrollbar = ({ target, currentTarget, nativeEvent }: PointerEvent<HTMLElement>) => target === currentTarget && nativeEvent.offsetX >= currentTarget.clientWidth

/** Runs `task` a frame after the pointer is up: the click comes first, and a row it opens is not followed away from. */
function onceReleased(task: () => void): void {
  const released = new AbortController()
  const release = () => {
    released.abort()
    requestAnimationFrame(task)
  }
  for (const event of ['pointerup', 'pointercancel']) window.addEventListener(event, release, { signal: released.signal })
}

const RowView = memo(function RowView({ row }: { readonly row: Row }) {
  if (row.type === 'tool') return <ToolRow item={row.item} live={row.live} />
  if (row.type === 'stream') return <StreamRow row={row} />
  const { item } = row
  switch (item.kind) {
    case 'prompt': return <PromptRow item={item} />
    case 'message': return <MessageRow rowKey={row.key} text={item.text} reasoning={item.reasoning} live={false} partial={item.partial === true} />
    case 'end': return <EndRow item={item} />
    case 'notice': return <NoticeRow item={item} />
    case 'unsupported': return <UnsupportedRow item={item} />
  }
}, sameRow)

/** Rows are made anew with every piece of text; only those whose content changed are drawn again. */
function sameRow({ row: a }: { readonly row: Row }, { row: b }: { readonly row: Row }): boolean {
  if (a.type === 'stream' || b.type === 'stream') return a.type === b.type && a.type === 'stream' && b.type === 'stream' && a.text === b.text && a.reasoning === b.reasoning
  return a.item === b.item && (a.type === 'tool' ? a.live : undefined) === (b.type === 'tool' ? b.live : undefined)
}

function StreamRow({ row }: { readonly row: Extract<Row, { type: 'stream' }> }) {
  const text = useMemo(() => ({ text: row.text }), [row.text])
  const reasoning = useMemo(() => (row.reasoning === '' ? undefined : { text: row.reasoning }), [row.reasoning])
  return <MessageRow rowKey={row.key} text={text} reasoning={reasoning} live partial={false} />
}
