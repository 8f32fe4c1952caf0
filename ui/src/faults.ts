/** What is wrong with a letter's form, in words, and where. */
import type { FormFault } from './bindings'
import type { Translate } from './i18n'

const names = {
  kind: { key: 'field-kind' },
  title: { key: 'field-title' },
  text: { key: 'field-text' },
  department: { key: 'field-department' },
  county: { key: 'filter-county' },
  address: { key: 'field-address' },
  location: { key: 'field-point' },
  name: { key: 'field-name' },
  phone: { key: 'field-phone' },
  visibility: { key: 'field-visibility' },
  consent: { key: 'field-consent' },
  files: { key: 'field-files' },
} as const
const codes = {
  required: { key: 'fault-required' },
  too_long: { key: 'fault-too-long' },
  too_many: { key: 'fault-too-many' },
  bad: { key: 'fault-bad' },
  'phone bad': { key: 'fault-phone' },
  consent: { key: 'fault-consent' },
} as const

const has = <T extends object>(table: T, code: string): code is Extract<keyof T, string> => Object.keys(table).includes(code)

export const fieldId = (field: string) => `f-${field}`
export const fieldName = (t: Translate, field: string) => (has(names, field) ? t(names[field].key) : field)
/** What is wrong with this field where that has words of its own, or with any. */
export function faultText(t: Translate, { field, code }: FormFault) {
  const own = `${field} ${code}`
  if (has(codes, own)) return t(codes[own].key)
  return t(has(codes, code) ? codes[code].key : 'fault-bad')
}
