import { expect, it } from 'vitest'
import { PlanList } from './plan-list.ts'

it('keeps a list that is made task by task', () => {
  const list = new PlanList()
  list.hearCall('a', 'TaskCreate', { subject: 'look' })
  list.hearResult('a', true, { task: { id: '1' } })
  list.hearCall('b', 'TaskCreate', { subject: 'mend' })
  list.hearResult('b', true, { task: { id: '2' } })
  list.hearCall('c', 'TaskUpdate', { taskId: '1', status: 'completed', subject: 'look around' })
  expect(list.hearResult('c', true, { success: true })?.entries).toEqual([{ text: 'look around', status: 'done' }, { text: 'mend', status: 'pending' }])
  list.hearCall('d', 'TaskUpdate', { taskId: '1', status: 'deleted' })
  expect(list.hearResult('d', true, { success: true })?.entries).toEqual([{ text: 'mend', status: 'pending' }])
})

it('takes a list that is written whole, or read again after a resume', () => {
  const list = new PlanList()
  list.hearCall('a', 'TodoWrite', { todos: [{ content: 'look', status: 'in_progress' }] })
  expect(list.hearResult('a', true, undefined)?.entries).toEqual([{ text: 'look', status: 'active' }])
  list.hearCall('b', 'TaskList', {})
  expect(list.hearResult('b', true, { tasks: [{ id: '4', subject: 'try', status: 'pending' }] })?.entries).toEqual([{ text: 'try', status: 'pending' }])
})

it('takes nothing from a call that was refused, or is none of the list', () => {
  const list = new PlanList()
  list.hearCall('a', 'TodoWrite', { todos: [{ content: 'look', status: 'pending' }] })
  list.hearCall('b', 'Bash', { command: 'ls' })
  expect([list.hearResult('a', false, undefined), list.hearResult('b', true, undefined)]).toEqual([undefined, undefined])
})
