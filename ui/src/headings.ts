/** Which row of a list begins a new day or a new letter. A heading belongs to the row it stands above. */
import type { Letter, Row } from './bindings'
import { dayOf, daysAgo, longDay } from './format'
import type { Locale, Translate } from './i18n'

export function dayName(t: Translate, date: string, locale: Locale, now = new Date()): string {
  const days = daysAgo(date, now)
  if (days === 0) return t('day-today')
  if (days === 1) return t('day-yesterday')
  return longDay(date, locale, now)
}

/**
 * Does `row` begin a day? The row before it decides; while that one is not here, nothing is claimed.
 * After a lead card the list proper begins, so its first row always has its day.
 */
export function beginsDay(row: Row, before: Row | undefined, index: number, lead: boolean): boolean {
  if (!row.date) return false
  if (index === 0) return !lead
  if (index === 1 && lead) return true
  return !!before && dayOf(before.date) !== dayOf(row.date)
}

/** The letter that begins at each row, from the index that the core counted. */
export const letterStarts = (letters: readonly Letter[]) => new Map(letters.map((l) => [l.offset, l.letter]))
