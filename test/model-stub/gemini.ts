import { type Dialect, type Frame, list, properties, text, usage } from './dialect.ts'
import { pieces, type Reply } from './plan.ts'

/** Gemini: `…/models/<model>:generateContent`, and `:streamGenerateContent?alt=sse`, whose frames are whole answers in pieces. */
export const gemini: Dialect = {
  path: /\/models\/[^/:]+:(?:stream)?generateContent(\?|$)/i,
  read(body, path) {
    const contents = list(body['contents'])
    const said = (content: Record<string, unknown> | undefined) => list(content?.['parts']).map((part) => text(part['text'])).join('\n')
    const planned = contents.findLastIndex((content) => content['role'] === 'user' && said(content).includes('PLAN:['))
    const last = planned === -1 ? contents.length - 1 : planned
    return {
      model: /\/models\/([^/:]+):/.exec(path)?.[1] ?? '', prompt: said(contents[last]), stream: /:streamGenerateContent/i.test(path),
      callsDone: contents.slice(last).flatMap((content) => list(content['parts'])).filter((part) => part['functionCall'] !== undefined).length,
      tools: list(body['tools']).flatMap((tool) => list(tool['functionDeclarations'])).map((tool) => ({ name: text(tool['name']), properties: properties(tool['parametersJsonSchema'] ?? tool['parameters']) })),
    }
  },
  frames(reply, asked) {
    const parts = [...(reply.think === '' ? [] : [{ text: reply.think, thought: true }]), ...pieces(reply.say, reply.deltas).map((piece) => ({ text: piece }))]
    const frames: Frame[] = parts.map((part) => ({ data: answer(reply, asked.model, [part]) }))
    if (reply.ending !== 'whole') return [...frames, 'pause']
    return [...frames, { data: { ...answer(reply, asked.model, callParts(reply), 'STOP'), usageMetadata: tokens } }]
  },
  whole: (reply, { model }) => ({ ...answer(reply, model, [{ text: reply.say }, ...callParts(reply)], 'STOP'), usageMetadata: tokens }),
  error: (status, message) => ({ error: { code: status, message, status: status === 429 ? 'RESOURCE_EXHAUSTED' : status >= 500 ? 'INTERNAL' : 'INVALID_ARGUMENT' } }),
}

const tokens = { promptTokenCount: usage.input, cachedContentTokenCount: usage.cacheRead, candidatesTokenCount: usage.output, totalTokenCount: usage.input + usage.output }
const callParts = ({ calls }: Reply): object[] => calls.map(({ id, tool, input }) => ({ functionCall: { id, name: tool, args: input } }))
const answer = ({ id }: Reply, model: string, parts: object[], finishReason?: string) => ({
  responseId: `gem_${id}`, modelVersion: model,
  candidates: [{ index: 0, content: { role: 'model', parts: parts.length === 0 ? [{ text: '' }] : parts }, ...(finishReason === undefined ? {} : { finishReason }) }],
})
