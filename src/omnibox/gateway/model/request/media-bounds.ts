/**
 * Most tokens of what is not text. They hold money back, and are settled by what the service counts, so they err upward:
 * a bound that is too low lets two calls pass a limit, one that is too high only makes the second wait.
 */

/** The longest prompt that services of these dialects take; the bound of what we can not see: files and conversations that they hold. */
export const wholeWindow = 1_050_000

/** A page has at least so many bytes, near enough: a compressed page of text has about 1,200. */
const bytesPerPage = 1_000

/** Of a document such as a PDF: one page per 1,000 bytes, at most `maxPages`. Unseen, or beyond the window: the window. */
export function documentTokens(base64: unknown, { perPage, maxPages }: { readonly perPage: number; readonly maxPages: number }): number {
  if (typeof base64 !== 'string') return wholeWindow
  const pages = Math.min(maxPages, Math.ceil(bytesOfBase64(base64) / bytesPerPage))
  return Math.min(wholeWindow, pages * perPage)
}

/**
 * Of sound and film. Services count up to 32 tokens a second of sound and 300 of film; 6 kbit/s is the least a voice is
 * coded with, 40 kbit/s a film: about 23 and 17 bytes a token. Unseen: the window.
 */
export function clipTokens(base64: unknown): number {
  return typeof base64 === 'string' ? Math.min(wholeWindow, Math.ceil(bytesOfBase64(base64) / 16)) : wholeWindow
}

const bytesOfBase64 = (text: string): number => Math.ceil((text.length * 3) / 4)
