import type { HarnessPrompt } from '../spec/ports/harness.ts'
import type { SessionSetup, ToHost } from '../spec/ports/host-link.ts'
import { layDownFiles } from './lay-down-files.ts'
import type { RunningProgram } from './running-program.ts'
import { callSkill, skillInstructions } from './skills.ts'

export interface PromptPlace {
  /** Earlier conversation that the program does not know; empty when it knows all of it. */
  readonly untold: string
  /** The session's private folder, and where in it the prompt's files are laid down. */
  readonly home: string
  readonly folder: string
  readonly program: RunningProgram
}

/** The agent's instructions, and where its skills are. */
export function instructionsOf({ instructions, skills }: SessionSetup): string {
  return [instructions, skillInstructions(skills)].filter((part) => part !== '').join('\n\n')
}

/** A prompt as the program gets it: its files laid down, skills called by name, and what it does not know by itself said before. */
export async function composePrompt({ turn, text, notes = [], files, setup }: Extract<ToHost, { type: 'turn.run' }>, { untold, home, folder, program }: PromptPlace): Promise<HarnessPrompt> {
  const laid = await layDownFiles(files, { home, folder }, program.capabilities.images)
  const asked = [program.modeWords, callSkill(text, setup.skills), laid.text, ...notes.map((note) => `[Note: ${note}]`)].filter((part) => part !== '').join('\n\n')
  return { turn, text: untold === '' ? asked : `${untold}[User]\n${asked}`, images: laid.images }
}
