import { printable } from '../../base/printable.ts'
import type { SetupState } from '../../app/setup/look-around.ts'
import type { SavedKey } from '../../app/setup/save-key.ts'
import { credentialText } from '../credential-text.ts'

/** What `omni setup` shows: per harness what is here, what it signs in with, and what to do next. */
export function setupText({ harnesses, providers, place, configFile, defaultHarness }: SetupState): string {
  const rows = harnesses.map((each) => {
    const usable = each.state === 'ready' && each.next.length === 0
    const mark = usable ? '✓' : each.state === 'ready' ? '!' : '✗'
    const says = each.state === 'ready' ? [each.version, each.credential === undefined ? undefined : credentialText(each.credential)] : [each.reason]
    const model = each.model === undefined ? [] : [`model ${each.model}`]
    const head = `${mark} ${each.title} (${each.harness})  ${[...says, ...model].filter((part) => part !== undefined && part !== '').join(' · ')}`
    return [head, ...each.next.map((step) => `    → ${step}`)].map((line) => `  ${printable(line)}\n`).join('')
  })
  const saved = providers.filter((each) => each.saved).map(({ title }) => title)
  const defaults = defaultHarness === undefined ? 'none: agents that name no harness run scripted, without a model  → omni setup --default-harness ID' : defaultHarness
  return `Harnesses\n${rows.join('')}Saved keys: ${saved.length === 0 ? 'none' : saved.join(', ')} (${place}, files for you alone)\nDefault harness: ${defaults}\nConfiguration: ${configFile}\n`
}

/** Said after a key was saved. */
export function savedText(name: string, { place, models }: SavedKey): string {
  const checked = models === undefined ? 'UNCHECKED: nobody could say whether it is good' : `the service took it and listed ${models} models`
  return `Key of ${name} saved in ${place}, a file for you alone; ${checked}.`
}
