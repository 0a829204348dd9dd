/** Kleene's three values: what cannot be determined is `unknown`, and stays so unless the rest decides. */
export type Truth = true | false | 'unknown'

export function both(left: Truth, right: Truth): Truth {
  if (left === false || right === false) return false
  return left === true && right === true ? true : 'unknown'
}

export function either(left: Truth, right: Truth): Truth {
  if (left === true || right === true) return true
  return left === false && right === false ? false : 'unknown'
}

export const negated = (truth: Truth): Truth => (truth === 'unknown' ? 'unknown' : !truth)
