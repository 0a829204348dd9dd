export interface AsyncQueue<Item> extends AsyncIterable<Item> {
  /** False when the queue is full or closed: the item was not taken, and the caller decides what is lost. */
  push(item: Item): boolean
  /** No more items; readers get what is left, then the end. */
  close(): void
  readonly size: number
}

/** A bounded queue between one who pushes and one who iterates. Several readers share the items. */
export function createAsyncQueue<Item>(maxItems: number): AsyncQueue<Item> {
  const items: Item[] = []
  const waiting: ((result: IteratorResult<Item, undefined>) => void)[] = []
  let closed = false

  return {
    get size() {
      return items.length
    },
    push(item) {
      if (closed) return false
      const reader = waiting.shift()
      if (reader !== undefined) {
        reader({ done: false, value: item })
        return true
      }
      if (items.length >= maxItems) return false
      items.push(item)
      return true
    },
    close() {
      closed = true
      for (const reader of waiting.splice(0)) reader({ done: true, value: undefined })
    },
    [Symbol.asyncIterator]: () => ({
      next: () => {
        if (items.length > 0) {
          // Proof: length > 0; `shift` may rightly give an item that is itself undefined.
          return Promise.resolve({ done: false, value: items.shift() as Item })
        }
        if (closed) return Promise.resolve({ done: true, value: undefined })
        return new Promise((resolve) => waiting.push(resolve))
      },
    }),
  }
}
