export interface MakeRule {
  readonly prerequisites: readonly string[]
  readonly recipe: readonly string[]
}

export interface Makefile {
  readonly rules: ReadonlyMap<string, MakeRule>
  /** Undefined for a value that depends on conditions or functions. */
  readonly variables: ReadonlyMap<string, string | undefined>
  /** What is made when nothing is asked for: the goal that it names, else its first target. */
  readonly first: string | undefined
  /** Lines that make runs while it reads the file. */
  readonly shells: readonly string[]
  /** Why more may happen than is read. */
  readonly doubts: readonly string[]
}

/**
 * The explicit rules and plain variables of a makefile. Both branches of conditions count.
 * @see the manual of GNU make, "Writing Makefiles"
 */
export function parseMakefile(text: string): Makefile {
  const rules = new Map<string, MakeRule>()
  const variables = new Map<string, string | undefined>()
  const [doubts, shells]: [string[], string[]] = [[], []]
  let [first, current]: [string | undefined, readonly string[]] = [undefined, []]
  const addRecipe = (line: string) => {
    for (const target of current) {
      const rule = rules.get(target)
      if (rule) rules.set(target, { ...rule, recipe: [...rule.recipe, line] })
    }
  }
  for (const line of text.replaceAll(/\\\r?\n(?!\t)/g, ' ').replaceAll(/\\\r?\n\t/g, '\\\n').split(/(?<!\\)\r?\n/)) {
    if (line.startsWith('\t')) {
      addRecipe(line.slice(1))
      continue
    }
    if (line.length > 4_096) {
      doubts.push('a line of it is too long')
      continue
    }
    const plain = line.replace(/(?<!\\)#.*$/, '').trim()
    shells.push(...shellCalls(plain))
    const [, name, operator, value] = /^(?:export\s+|override\s+)*([\w.-]+)\s*(\?|:{1,3}|\+|!)?=\s*(.*)$/.exec(plain) ?? []
    if (name !== undefined) {
      if (operator === '!') shells.push(value ?? '')
      variables.set(name, operator === '+' || operator === '!' || variables.has(name) || /\$[({](?:shell|foreach|eval|call|if|wildcard|file)\b/.test(value ?? '') ? undefined : value)
      if (name === 'SHELL' && !/^(?:\S*\/)?(?:env )?(?:ba|da|z)?sh$/.test(value ?? '')) doubts.push('another program runs its recipes')
      if (name === '.RECIPEPREFIX') doubts.push('its recipes are marked in another way')
      current = []
    } else if (ownVariable.test(plain)) variables.set(ownVariable.exec(plain)?.[1] ?? '', undefined)
    else if (/^-?s?include\s/.test(plain)) doubts.push('it includes other files')
    else if (/^(?:define|\$[({]eval)/.test(plain)) doubts.push('it defines text that is not understood')
    else if (/^(?:if|else|endif|export|unexport|vpath|undefine|override)\b/.test(plain) || plain === '') continue
    else {
      const [, targets, prerequisites = '', recipe] = /^([^:=]+?)\s*&?::?\s*([^;=]*)(?:;(.*))?$/.exec(plain) ?? []
      if (targets === undefined) continue
      current = targets.split(/\s+/)
      first ??= current.find((target) => !/^\.[A-Z]|%/.test(target))
      for (const target of current) rules.set(target, { prerequisites: [...(rules.get(target)?.prerequisites ?? []), ...prerequisites.split(/\s+/).filter((word) => word !== '' && word !== '|')], recipe: rules.get(target)?.recipe ?? [] })
      if (recipe !== undefined) addRecipe(recipe)
    }
  }
  const goal = '.DEFAULT_GOAL'
  if (variables.has(goal) && (variables.get(goal) ?? '$').includes('$')) doubts.push('its goal is only known at run time')
  return { rules, variables, first: variables.get(goal) ?? first, shells, doubts }
}

/** `TARGET: NAME = value`: the value holds for some targets only. */
const ownVariable = /^[^:=]+::?\s*(?:(?:export|override|private)\s+)*([\w.-]+)\s*(?:\?|:{1,3}|\+|!)?=/

/** The lines of `$(shell …)` in a text. */
function shellCalls(text: string): readonly string[] {
  return [...text.matchAll(/\$[({]shell\s+/g)].map((match) => balanced(text, match.index + 2).replace(/^shell\s+/, ''))
}

/** The text from here to the bracket that closes it. */
export function balanced(text: string, start: number): string {
  let depth = 1
  for (let index = start; index < text.length; index += 1) {
    const char = text[index]
    if (char === '(' || char === '{') depth += 1
    if (char === ')' || char === '}') depth -= 1
    if (depth === 0) return text.slice(start, index)
  }
  return text.slice(start)
}
