/** Of the loop that is part of this package. */
export const programVersion = '1.0.0'
