type Operator = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge'

export function compare(op: Operator, left: number, right: number): boolean {
  switch (op) {
    case 'eq': return left === right
    case 'ne': return left !== right
    case 'lt': return left < right
    case 'le': return left <= right
    case 'gt': return left > right
    case 'ge': return left >= right
  }
}

const words: Readonly<Record<Operator, string>> = { eq: 'exactly', ne: 'other than', lt: 'below', le: 'at most', gt: 'more than', ge: 'at least' }
export const compareWord = (op: Operator): string => words[op]
