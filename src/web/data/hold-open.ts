/** Opens at once and closes when the last holder has let go, in the next task: React lets go and takes hold again in one go. */
export function holdOpen<Live extends { close(): void }>(open: () => Live): { readonly live: Live; hold(): () => void } {
  const live = open()
  let holders = 0
  return {
    live,
    hold() {
      holders += 1
      return () => {
        holders -= 1
        setTimeout(() => {
          if (holders === 0) live.close()
        }, 0)
      }
    },
  }
}
