import { crashCases } from './cases/crash.ts'
import { gateCases } from './cases/gate.ts'
import { interruptCases } from './cases/interrupt.ts'
import { memoryCases } from './cases/memory.ts'
import { modelCases } from './cases/model.ts'
import { streamCases } from './cases/stream.ts'
import { toolCases } from './cases/tools.ts'
import type { ConformanceCase } from './conformance-case.ts'

/** Every case with the file that holds it, in the order of the published matrix. */
export const caseFiles: Readonly<Record<string, readonly ConformanceCase[]>> = {
  gate: gateCases, stream: streamCases, interrupt: interruptCases, memory: memoryCases, model: modelCases, tools: toolCases, crash: crashCases,
}

export const cases: readonly ConformanceCase[] = Object.values(caseFiles).flat()
