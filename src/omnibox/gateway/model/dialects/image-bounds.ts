/** 10,000 patches is the most that newer models make of an image. One older small model counts 2,833 and 5,667 for each of up to eight tiles. */
export const imageTokens = (model: string): number => (model.includes('gpt-4o-mini') ? 48_169 : 10_000)

/** Each page is read as text, up to 3,000 tokens, and as an image of at most 1,500 patches. */
export const pdf = { perPage: 4_500, maxPages: 1_000 }
