/**
 * Does something with many items at once, where one bad item spoils all: on failure each half is tried alone, and so on.
 * Resolves with the items that fail by themselves. Order is kept.
 */
export async function inHalves<Item>(items: readonly Item[], attempt: (items: readonly Item[]) => Promise<boolean>): Promise<readonly Item[]> {
  if (items.length === 0 || (await attempt(items))) return []
  if (items.length === 1) return items
  const middle = Math.ceil(items.length / 2)
  const first = await inHalves(items.slice(0, middle), attempt)
  return [...first, ...(await inHalves(items.slice(middle), attempt))]
}
