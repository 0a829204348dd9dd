import { printable } from '../../base/printable.ts'
import type { SetupRow, SetupState } from '../../app/setup/look-around.ts'
import type { SavedKey } from '../../app/setup/save-key.ts'
import { credentialText } from '../credential-text.ts'

/** What `omni setup` shows: per harness what is here, what it signs in with, and what to do next. */
export function setupText({ harnesses, providers, place, configFile, defaultHarness }: SetupState): string {
  const here = harnesses.filter(({ state }) => state !== 'missing')
  const absent = harnesses.filter(({ state }) => state === 'missing')
  const saved = providers.filter((each) => each.saved).map(({ title }) => title)
  const lines = [
    'Harnesses', ...here.flatMap(rowLines),
    ...absentLine('not installed', absent.filter((each) => each.canInstall), 'omni harness install ID'),
    ...absentLine('not here, and not on npm', absent.filter((each) => !each.canInstall), 'omni harness doctor ID'),
    `Saved keys: ${saved.length === 0 ? 'none' : saved.join(', ')} (${place}, files for you alone)`,
    `Default harness: ${defaultHarness ?? 'none chosen; agents that name none run scripted, without a model'}`,
    ...(defaultHarness === undefined ? ['    → omni setup --default-harness ID'] : []),
    `Configuration: ${configFile}`,
  ]
  return lines.map((line) => `${printable(line)}\n`).join('')
}

function rowLines({ title, harness, state, version, reason, credential, model, next }: SetupRow): string[] {
  const mark = state !== 'ready' ? '✗' : next.length === 0 ? '✓' : '!'
  const says = state === 'ready' ? [version, credential === undefined ? undefined : credentialText(credential)] : [reason]
  const parts = [...says, model === undefined ? undefined : `model ${model}`].filter((part) => part !== undefined)
  return [`  ${mark} ${title} (${harness})  ${parts.join(' · ')}`, ...next.map((step) => `      → ${step}`)]
}

function absentLine(words: string, rows: readonly SetupRow[], fix: string): string[] {
  return rows.length === 0 ? [] : [`  ✗ ${words}: ${rows.map(({ harness }) => harness).join(', ')}`, `      → ${fix}`]
}

/** Said after a key was saved. */
export function savedText(name: string, { place, models }: SavedKey): string {
  const checked = models === undefined ? 'UNCHECKED: nobody could say whether it is good' : `the service took it and listed ${models} models`
  return `Key of ${name} saved in ${place}, a file for you alone; ${checked}.`
}
