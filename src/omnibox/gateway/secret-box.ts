import { AppError } from '../../spec/app-error.ts'
import { matchHost } from '../../spec/net/match-host.ts'
import type { Secret } from '../../spec/net/secret.ts'
import { minSecretLength } from './placeholder.ts'
import type { SecretUse } from '../../spec/net/net-request.ts'

/** Header names and values, alternating. */
export type HeaderList = readonly string[]

export interface FoundPlaceholder {
  readonly secret: Secret
  readonly where: 'header' | 'path'
}

/** A text to look for and what to put in its place, of the same length. */
export interface Needle {
  readonly find: Buffer
  readonly put: Buffer
}

export interface SecretBox {
  /** Every placeholder in the headers (inside Basic's Base64 as well) and the path of a request. */
  find(headers: HeaderList, path: string): readonly FoundPlaceholder[]
  /** The headers with the values in place of the placeholders of these secrets. */
  fill(headers: HeaderList, secrets: readonly Secret[]): string[]
  /**
   * Sets the headers of the uses. @throws {AppError} 'not_found' for a secret that is not known, 'forbidden' for one that does
   * not belong to the host.
   */
  inject(headers: HeaderList, uses: readonly SecretUse[], host: string): string[]
  /** What an answer of this host must not carry back: its secrets, and the Basic forms that this request has of them. */
  needles(host: string, uses: readonly SecretUse[], headers: HeaderList): readonly Needle[]
  /** A text for a report or a log, with placeholders where values were. */
  scrub(text: string): string
}

/**
 * Keeps the secrets of one session.
 * @throws {AppError} 'invalid' for a value that is too short or whose placeholder differs in length.
 */
export function createSecretBox(secrets: readonly Secret[], protections: { readonly placeholderHosts: boolean }): SecretBox {
  for (const { name, value, placeholder } of secrets) {
    if (value.length < minSecretLength || placeholder.length !== value.length || placeholder === value) throw new AppError('invalid', `The placeholder of the secret "${name}" does not fit.`)
  }
  const ofHost = (host: string): Secret[] => secrets.filter(({ hosts }) => hosts.some((pattern) => matchHost(pattern, host)))
  return {
    find(headers, path) {
      if (secrets.length === 0) return []
      const texts = headers.map(openBasic)
      const opened = openEscapes(path)
      return [
        ...secrets.filter(({ placeholder }) => path.includes(placeholder) || opened.includes(placeholder)).map((secret) => ({ secret, where: 'path' as const })),
        ...secrets.filter(({ placeholder }) => texts.some((text) => text.includes(placeholder))).map((secret) => ({ secret, where: 'header' as const })),
      ]
    },
    fill: (headers, used) => headers.map((text, index) => (index % 2 === 0 ? text : used.reduce((filled, { placeholder, value }) => replaceIn(filled, placeholder, value), text))),
    inject: (headers, uses, host) => uses.reduce<string[]>((list, use) => setHeader(list, ...headerOf(use, secrets, protections.placeholderHosts ? host : undefined)), [...headers]),
    needles(host, uses, headers) {
      const basics = uses.flatMap((use) => {
        const secret = secrets.find(({ name }) => name === use.secret)
        return use.form !== 'basic' || secret === undefined ? [] : [needle(base64(`${use.user ?? ''}:${secret.value}`), base64(`${use.user ?? ''}:${secret.placeholder}`))]
      })
      const filled = headers.flatMap((text) => {
        const sent = basic.exec(text)?.[2]
        const full = sent === undefined ? undefined : basic.exec(ofHost(host).reduce((left, { placeholder, value }) => replaceIn(left, placeholder, value), text))?.[2]
        return sent === undefined || full === undefined || full.length !== sent.length || full === sent ? [] : [needle(full, sent)]
      })
      return [...basics, ...filled, ...ofHost(host).map(({ value, placeholder }) => needle(value, placeholder))]
    },
    scrub: (text) => secrets.reduce((left, { value, placeholder }) => left.replaceAll(value, placeholder), text),
  }
}

const needle = (find: string, put: string): Needle => ({ find: Buffer.from(find, 'latin1'), put: Buffer.from(put, 'latin1') })
const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')
const basic = /^(basic +)([A-Za-z0-9+/_=-]+)\s*$/i

/** The text of a header with what Basic hides. */
function openBasic(text: string): string {
  const parts = basic.exec(text)
  return parts === null ? text : `${text} ${Buffer.from(parts[2] ?? '', 'base64').toString('latin1')}`
}

function replaceIn(text: string, placeholder: string, value: string): string {
  const parts = basic.exec(text)
  const inside = parts === null ? '' : Buffer.from(parts[2] ?? '', 'base64').toString('latin1')
  if (parts === null || !inside.includes(placeholder)) return text.replaceAll(placeholder, () => value)
  return `${parts[1]}${Buffer.from(inside.replaceAll(placeholder, () => value), 'latin1').toString('base64')}`
}

function openEscapes(path: string): string {
  return path.replaceAll(/%[0-9a-f]{2}/gi, (escape) => String.fromCharCode(Number.parseInt(escape.slice(1), 16)))
}

function headerOf(use: SecretUse, secrets: readonly Secret[], host: string | undefined): [string, string] {
  const secret = secrets.find(({ name }) => name === use.secret)
  if (secret === undefined) throw new AppError('not_found', `There is no secret "${use.secret}" in this session.`)
  if (host !== undefined && !secret.hosts.some((pattern) => matchHost(pattern, host))) throw new AppError('forbidden', `The secret "${use.secret}" does not go to ${host}.`)
  switch (use.form) {
    case 'bearer': return ['authorization', `Bearer ${secret.value}`]
    case 'basic': return ['authorization', `Basic ${base64(`${use.user ?? ''}:${secret.value}`)}`]
    case 'header': return [use.header ?? 'authorization', secret.value]
  }
}

/** In place of whatever has the name. */
export function setHeader(headers: HeaderList, name: string, value: string): string[] {
  return [...dropHeader(headers, name), name, value]
}

export function dropHeader(headers: HeaderList, name: string): string[] {
  const kept: string[] = []
  for (let at = 0; at < headers.length; at += 2) {
    const [key = '', value = ''] = [headers[at], headers[at + 1]]
    if (key.toLowerCase() !== name.toLowerCase()) kept.push(key, value)
  }
  return kept
}
