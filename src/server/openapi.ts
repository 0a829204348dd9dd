import { z } from 'zod'
import { ErrorBody } from '../spec/api/http.ts'
import type { Route } from './route.ts'

type Json = Record<string, unknown>

/** The OpenAPI 3.1 document of the route table: generated, never written by hand. */
export function openApiDocument(routes: readonly Route[]): Json {
  const paths: Record<string, Json> = {}
  for (const row of routes) paths[row.path] = { ...paths[row.path], [row.method]: operation(row) }
  return {
    openapi: '3.1.0',
    info: { title: 'Omnigent', version: '1', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' }, cookie: { type: 'apiKey', in: 'cookie', name: 'omni_6767' } },
      schemas: { Error: schemaOf(ErrorBody, 'output') },
    },
    security: [{ token: [] }, { cookie: [] }],
  }
}

function operation(row: Route): Json {
  const error = { description: 'What went wrong and what to do', content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } }
  return {
    summary: row.summary,
    operationId: `${row.method}_${row.path.replaceAll(/[^a-z0-9]+/gi, '_')}`,
    ...(row.open === true ? { security: [] } : {}),
    parameters: [...pathParameters(row.path), ...queryParameters(row.query)],
    ...(row.body === undefined ? {} : { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(row.body, 'input') } } } }),
    responses: { [row.status ?? 200]: answer(row), default: error },
  }
}

function answer(row: Route): Json {
  const media = row.media ?? 'application/json'
  return { description: row.summary, content: { [media]: { schema: row.reply === undefined ? {} : schemaOf(row.reply, 'output') } } }
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }))
}

function queryParameters(query: z.ZodType | undefined): Json[] {
  if (query === undefined) return []
  const schema = schemaOf(query, 'input')
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  const properties = typeof schema['properties'] === 'object' && schema['properties'] !== null ? schema['properties'] : {}
  return Object.entries(properties).map(([name, property]) => ({ name, in: 'query', required: required.includes(name), schema: property }))
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}
