const efforts = ['minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const

/** An effort as services know it; a word that none knows is the middle. */
export function effortOf(word: string): (typeof efforts)[number] {
  return efforts.find((each) => each === word) ?? 'medium'
}
