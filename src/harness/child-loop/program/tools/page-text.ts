const entities = new Map([['amp', '&'], ['lt', '<'], ['gt', '>'], ['quot', '"'], ['apos', "'"], ['nbsp', ' '], ['mdash', '–'], ['ndash', '–'], ['hellip', '…'], ['copy', '©']])
const unseen = new Set(['script', 'style', 'noscript', 'svg', 'template', 'head'])
const blocks = new Set(['p', 'div', 'section', 'article', 'br', 'li', 'ul', 'ol', 'tr', 'table', 'pre', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'header', 'footer', 'nav', 'main', 'blockquote', 'dt', 'dd', 'title'])

/** The words of an HTML page, roughly as a reader sees them; links keep their address. In one pass, so any page is quick. */
export function pageText(html: string): string {
  const out: string[] = []
  let hidden: string | undefined
  let link = ''
  for (let at = 0; at < html.length;) {
    const open = html.indexOf('<', at)
    if (hidden === undefined) out.push(decode(html.slice(at, open === -1 ? undefined : open)))
    if (open === -1) break
    const comment = html.startsWith('<!--', open)
    const close = html.indexOf(comment ? '-->' : '>', open)
    if (close === -1) break
    at = close + (comment ? 3 : 1)
    const [, slash, name = ''] = comment ? [] : (/^<(\/?)([a-z][a-z0-9]*)/i.exec(html.slice(open, open + 40)) ?? [])
    const tag = name.toLowerCase()
    if (hidden !== undefined) {
      if (slash === '/' && tag === hidden) hidden = undefined
      continue
    }
    if (slash === '' && unseen.has(tag) && html[close - 1] !== '/') hidden = tag
    if (blocks.has(tag)) out.push(slash === '' && tag === 'li' ? '\n- ' : slash === '' && /^h\d$/.test(tag) ? `\n\n${'#'.repeat(Number(tag[1]))} ` : '\n')
    if (tag === 'a') {
      if (slash === '/' && link !== '') out.push(` (${link})`)
      link = slash === '' ? (/\shref="(https?:[^"]{1,500})"/i.exec(html.slice(open, close))?.[1] ?? '') : ''
    }
  }
  return out.join('').replaceAll(/[ \t]+/g, ' ').replaceAll(/ ?\n ?/g, '\n').replaceAll(/\n{3,}/g, '\n\n').trim()
}

function decode(text: string): string {
  return text.replaceAll(/&(#x?[0-9a-f]{1,6}|[a-z]{2,8});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return entities.get(name.toLowerCase()) ?? whole
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
