import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'test/**/*.test.ts'],
    // Tests share no state, so modules are loaded once: eight times faster than a fresh world per file.
    isolate: false,
    // The whole of a count takes its time.
    testTimeout: process.env['OMNI_DEEP'] === '1' ? 600_000 : 60_000,
    // A busy machine is slow, not wrong: what is waited for may take its time.
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 120_000,
    // Suites that start real programs must not starve each other on two cores.
    maxWorkers: 2,
    reporters: ['default', './test/support/closing-line.ts'],
  },
})
