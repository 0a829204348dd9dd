import { gateHooks } from './claude-gate.ts'

/** What the model is told to do in plan mode; the program adds that it must change nothing. */
export const planModeInstructions = 'Look into what the task needs, reading only. Then write the plan as your answer, in Markdown; write no plan file. Then call ExitPlanMode: the person reads the plan and decides.'

/** What the `initialize` request asks for beyond the program's defaults. */
export const claudeOpening = { hooks: gateHooks, forwardSubagentText: true, planModeInstructions }

/**
 * Tools that need somebody at the program itself, or start work when no turn runs: a question is asked as text, plan mode is the
 * person's choice, and a turn begins with a prompt.
 */
export const notOffered: readonly string[] = ['AskUserQuestion', 'EnterPlanMode', 'ScheduleWakeup', 'CronCreate']
