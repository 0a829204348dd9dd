/** On every answer: nothing is guessed, framed, told to other sites or read by them. */
export const safetyHeaders = {
  'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cross-origin-resource-policy': 'same-origin', 'x-frame-options': 'DENY',
} as const
