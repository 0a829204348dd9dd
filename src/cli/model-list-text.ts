import type { ModelList } from '../spec/model-list.ts'

const minuteMs = 60_000

/** One harness's models, for the terminal. @param now epoch ms, for the age of the list */
export function modelListText({ harness, title, models, aliases, default: preset, source, at, problem }: ModelList, now: number): string {
  const rows = models.map(({ id, label }) => `  ${id === preset ? '*' : ' '} ${id}${label === undefined ? '' : `  ${label}`}\n`)
  const unlisted = preset === undefined || models.some(({ id }) => id === preset) ? [] : [`  * ${preset}\n`]
  const short = aliases.length === 0 ? [] : [`    short: ${aliases.map(({ name, model }) => (name === model ? name : `${name} = ${model}`)).join(', ')}\n`]
  const from = source === undefined || at === undefined ? [] : [`    from ${source}, ${ageText(now - at)}\n`]
  return [`${title} (${harness})\n`, ...unlisted, ...rows, ...short, ...from, ...(problem === undefined ? [] : [`    ! ${problem}\n`])].join('')
}

function ageText(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / minuteMs))
  if (minutes < 1) return 'just now'
  if (minutes < 60) return `${minutes} min ago`
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h ago` : `${Math.floor(minutes / 1_440)} days ago`
}
