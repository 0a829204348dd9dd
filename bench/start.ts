import { spawnSync } from 'node:child_process'
import { type BenchRow, percentile } from './bench-row.ts'
import { buildPackage } from './built-package.ts'

/** V3: `omni --version` beside an empty Node. */
export async function benchStart(): Promise<BenchRow[]> {
  const built = await buildPackage()
  const time = (args: readonly string[]) => percentile(Array.from({ length: 20 }, () => {
    const started = performance.now()
    spawnSync(process.execPath, [...args])
    return performance.now() - started
  }), 0.5)
  const floor = time(['-e', '0'])
  const ours = time([built.entry, '--version'])
  await built.close()
  return [{ id: 'V3', measure: '`omni --version`, median', ours, floor, unit: 'ms', bar: '≤ 1.6 × floor', met: ours <= 1.6 * floor }]
}
