import type { Rule } from './compile-policies.ts'

/**
 * Where the files are that a rule speaks of, as far as its paths say: all in the work folder, named ones elsewhere too, or anywhere.
 * Who looks at the work folder sees nothing of the others, and a box keeps none of those in it from being read.
 */
export function fileReach({ policy }: Pick<Rule, 'policy'>): 'inside' | 'anywhere' | 'outside' {
  const path = policy.match?.['path']
  const patterns = typeof path === 'string' ? [path] : Array.isArray(path) ? path.map(String) : []
  if (patterns.some((pattern) => /^[/~]/.test(pattern))) return 'outside'
  return patterns.length > 0 && patterns.every((pattern) => !pattern.startsWith('**') && !pattern.includes('..')) ? 'inside' : 'anywhere'
}
