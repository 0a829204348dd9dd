import type { CallToolResult } from '@modelcontextprotocol/client'

const keptChars = 30_000

/** A result as text, bounded: models pay for each word, and a server may send any number. @param shown parts that are shown as pictures */
export function resultText({ content, structuredContent }: Pick<CallToolResult, 'content' | 'structuredContent'>, shown: readonly object[] = []): string {
  const parts = content.map((part) => {
    if (shown.includes(part)) return '[a picture]'
    switch (part.type) {
      case 'text': return part.text
      case 'image': case 'audio': return `[${part.mimeType}, ${part.data.length} characters of base64, not shown]`
      case 'resource_link': return `[${part.uri}]`
      case 'resource': return 'text' in part.resource ? part.resource.text : `[${part.resource.uri}, not text]`
      default: return ''
    }
  })
  const told = parts.filter((part) => part !== '').join('\n')
  return cut(told !== '' || structuredContent === undefined ? told : JSON.stringify(structuredContent))
}

function cut(text: string): string {
  if (text.length <= keptChars) return text.toWellFormed()
  const half = keptChars / 2
  return `${text.slice(0, half)}\n[${text.length - keptChars} characters left out here]\n${text.slice(-half)}`.toWellFormed()
}
