import type { Choice } from '../../spec/events/session-data.ts'
import { type JsonRecord, record, records, text } from '../json-program.ts'

/** The models that a session offers: as an option of category `model`, or in the older member `models`. */
export function modelChoices(offers: JsonRecord): readonly Choice[] {
  const option = records(offers['configOptions']).find((each) => each['category'] === 'model')
  const values = records(option?.['options']).flatMap((each) => (Array.isArray(each['options']) ? records(each['options']) : [each]))
  const older = records(record(offers['models'])['availableModels'])
  const choices = values.length > 0 ? values.map((each) => ({ id: text(each['value']), title: text(each['name']) })) : older.map((each) => ({ id: text(each['modelId']), title: text(each['name']) }))
  return choices.filter(({ id }) => id !== '')
}
