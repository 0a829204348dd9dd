import { z } from 'zod'
import type { ListedModel } from '../../spec/ports/model-provider.ts'

/** How a model service is spoken to. `chat` is what most compatible services speak. */
export const Dialect = z.enum(['anthropic', 'openai', 'google', 'chat'])
export type Dialect = z.infer<typeof Dialect>

interface DialectFacts {
  /** The version in the path of every call. */
  readonly version: string
  /** The query of a request for the list: as long a page as it gives. */
  readonly listQuery: string
  headers(apiKey: string): Readonly<Record<string, string>>
  /** @throws {ZodError} when the answer has another form. */
  readList(body: unknown): readonly ListedModel[]
}

const id = z.string().min(1).max(200)
const bearer = (apiKey: string): Record<string, string> => (apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` })
const named = (model: string, label: string | undefined): ListedModel => ({ id: model, ...(label === undefined || label === model ? {} : { label: label.slice(0, 200) }) })

const AnthropicList = z.object({ data: z.array(z.object({ id, display_name: z.string().optional() })) })
const OpenAiList = z.object({ data: z.array(z.object({ id, name: z.string().optional() })) })
const GoogleList = z.object({ models: z.array(z.object({ name: id, displayName: z.string().optional(), supportedGenerationMethods: z.array(z.string()).optional() })).default([]) })
const readOpenAiList = (body: unknown) => OpenAiList.parse(body).data.map((each) => named(each.id, each.name))

/**
 * One row a dialect.
 * @see https://platform.claude.com/docs/en/api/models-list, https://platform.openai.com/docs/api-reference/models/list, https://ai.google.dev/api/models
 */
export const dialects: Readonly<Record<Dialect, DialectFacts>> = {
  anthropic: {
    version: '/v1', listQuery: '?limit=1000', headers: (apiKey) => ({ 'x-api-key': apiKey, 'anthropic-version': '2023-06-01' }),
    readList: (body) => AnthropicList.parse(body).data.map((each) => named(each.id, each.display_name)),
  },
  openai: { version: '/v1', listQuery: '', headers: bearer, readList: readOpenAiList },
  chat: { version: '/v1', listQuery: '', headers: bearer, readList: readOpenAiList },
  google: {
    version: '/v1beta', listQuery: '?pageSize=1000', headers: (apiKey) => ({ 'x-goog-api-key': apiKey }),
    readList: (body) => GoogleList.parse(body).models.filter((each) => each.supportedGenerationMethods?.includes('generateContent') !== false).map((each) => named(each.name.replace(/^models\//, ''), each.displayName)),
  },
}

/** An address with the dialect's version path, unless it has one already. */
export function withVersion(address: string, dialect: Dialect): string {
  const root = address.replace(/\/+$/, '')
  return /\/v\d+(beta)?$/.test(root) ? root : root + dialects[dialect].version
}
