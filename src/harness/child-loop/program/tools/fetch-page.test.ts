import { expect, it } from 'vitest'
import { fetchPage } from './fetch-page.ts'
import { pageText } from './page-text.ts'

const signal = new AbortController().signal
const pages = (routes: Record<string, () => Response>) => ({ signal, fetch: (url: string) => Promise.resolve(routes[url]?.() ?? new Response('nothing', { status: 404, statusText: 'Not Found' })) })
const html = { 'content-type': 'text/html; charset=utf-8' }

it('shows a page as its words, links with their address', async () => {
  const page = '<html><head><title>t</title><style>a{}</style></head><body><h1>Title</h1><script>if (a < b) x("</p>")</script><p>One &amp; two&#33;<br>three <a href="https://x.y/z">link</a></p><!-- no --><ul><li>a<li>b</ul></body>'
  expect(await fetchPage('http://a.b/', pages({ 'http://a.b/': () => new Response(page, { headers: html }) }))).toBe('# Title\n\nOne & two!\nthree link (https://x.y/z)\n\n- a\n- b')
})

it('follows a redirect on the same host, and names one to another', async () => {
  const to = (location: string) => () => new Response(null, { status: 302, headers: { location } })
  const site = pages({ 'http://a.b/1': to('/2'), 'http://a.b/2': () => new Response('two'), 'http://a.b/out': to('http://evil.c/steal'), 'http://a.b/loop': to('/loop') })
  expect(await fetchPage('http://a.b/1', site)).toBe('two')
  expect(await fetchPage('http://a.b/out', site)).toMatch(/leads to another host: http:\/\/evil\.c\/steal/)
  await expect(fetchPage('http://a.b/loop', site)).rejects.toThrow('in circles')
})

it('cuts a large page and says so', async () => {
  const large = pages({ 'http://a.b/': () => new Response('x'.repeat(3_000_000), { headers: { 'content-type': 'text/plain' } }) })
  const text = await fetchPage('http://a.b/', large)
  expect(text.length).toBeLessThan(61_000)
  expect(text).toMatch(/\[cut: more than 2097152 bytes in all\]$/)
})

it('refuses what is no text, an error status, and a place that is not reached', async () => {
  const site = pages({ 'http://a.b/i': () => new Response('x', { headers: { 'content-type': 'image/png' } }) })
  await expect(fetchPage('http://a.b/i', site)).rejects.toThrow('image/png, not text')
  await expect(fetchPage('http://a.b/none', site)).rejects.toThrow('answered 404 Not Found')
  const offline = { signal, fetch: () => Promise.reject(new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND a.b') })) }
  await expect(fetchPage('http://a.b/', offline)).rejects.toThrow('a.b can not be reached: getaddrinfo ENOTFOUND a.b. There may be no network here')
})

it('is quick on a page that is made to be slow', () => {
  const started = performance.now()
  pageText('<a '.repeat(300_000))
  pageText('<script>'.repeat(200_000))
  expect(performance.now() - started).toBeLessThan(2_000)
})
