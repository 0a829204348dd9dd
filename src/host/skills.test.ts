import { expect, it } from 'vitest'
import { callSkill, skillInstructions } from './skills.ts'

const skills = [{ name: 'release', description: 'How we release.', path: '/agents/release' }]

it('names every skill and where it is', () => {
  expect(skillInstructions(skills)).toContain('- release: How we release. (/agents/release/SKILL.md)')
  expect(skillInstructions([])).toBe('')
})

it('makes a slash command of a skill a prompt that names its file', () => {
  expect(callSkill('/release version 2\nnow', skills)).toBe('Use the skill "release": read /agents/release/SKILL.md first and follow it.\n\nversion 2\nnow')
  expect(callSkill('/release', skills)).toContain('/agents/release/SKILL.md')
})

it.each(['/releases now', '/compact', 'please /release', 'release'])('leaves %s alone', (prompt) => {
  expect(callSkill(prompt, skills)).toBe(prompt)
})
