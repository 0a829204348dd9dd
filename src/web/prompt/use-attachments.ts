import { useCallback, useState } from 'react'
import { type Attachment, maxAttachmentBytes, maxAttachments } from '../../spec/attachment.ts'
import { useData } from '../data/data-context.ts'

/** A file that goes with the next prompt: sent to the server as soon as it is added. */
export interface Draft {
  readonly key: string
  readonly name: string
  /** Undefined while it is on its way. */
  readonly attachment: Attachment | undefined
}

export interface Attachments {
  readonly drafts: readonly Draft[]
  /** True while a file is on its way: what is sent now would go without it. */
  readonly busy: boolean
  add(files: Iterable<File>): void
  remove(key: string): void
  /** Takes what is ready out of the box; `restore` puts it back. */
  take(): readonly Draft[]
  restore(drafts: readonly Draft[]): void
}

export function useAttachments(): Attachments {
  const { client, messages } = useData()
  const [drafts, setDrafts] = useState<readonly Draft[]>([])
  const remove = useCallback((key: string) => setDrafts((now) => now.filter((each) => each.key !== key)), [])
  const send = async (key: string, file: File) => {
    try {
      const attachment = await client.attach(file.name, file)
      setDrafts((now) => now.map((each) => (each.key === key ? { ...each, attachment } : each)))
    } catch (error) {
      remove(key)
      messages.error(error)
    }
  }
  const add = (files: Iterable<File>) => {
    const all = [...files]
    const small = all.filter((file) => file.size <= maxAttachmentBytes)
    if (small.length < all.length) messages.error(new Error(`A file over ${maxAttachmentBytes / 1024 / 1024} MB can not be attached. Put it into the work folder.`))
    const room = maxAttachments - drafts.length
    if (small.length > room) messages.error(new Error(`One prompt takes ${maxAttachments} files.`))
    const made = small.slice(0, room).map((file) => ({ file, draft: { key: crypto.randomUUID(), name: file.name === '' ? 'pasted' : file.name, attachment: undefined } }))
    setDrafts((now) => [...now, ...made.map(({ draft }) => draft)])
    for (const { file, draft } of made) void send(draft.key, file)
  }
  return {
    drafts, add, remove, busy: drafts.some(({ attachment }) => attachment === undefined),
    take: () => {
      setDrafts([])
      return drafts
    },
    restore: (taken) => setDrafts((now) => [...taken, ...now]),
  }
}
