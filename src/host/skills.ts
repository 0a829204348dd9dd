import type { SessionSetup } from '../spec/ports/host-link.ts'

type Skills = SessionSetup['skills']

/** What is added to a program's instructions, so that its model finds the skills: their names and where to read on. */
export function skillInstructions(skills: Skills): string {
  if (skills.length === 0) return ''
  const lines = skills.map(({ name, description, path }) => `- ${name}${description === '' ? '' : `: ${description}`} (${path}/SKILL.md)`)
  return `Skills are instructions for particular work, one file each. When a task fits one, read its file first and follow it.\n${lines.join('\n')}`
}

/** `/<skill> more words` as a prompt that any program understands; anything else stays as it is. */
export function callSkill(prompt: string, skills: Skills): string {
  const [, name, rest = ''] = /^\/([\w.-]+)(?:\s+([\s\S]*))?$/.exec(prompt.trim()) ?? []
  const skill = skills.find((each) => each.name === name)
  return skill === undefined ? prompt : `Use the skill "${skill.name}": read ${skill.path}/SKILL.md first and follow it.${rest === '' ? '' : `\n\n${rest}`}`
}
