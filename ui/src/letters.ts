/** The A–Z index of a directory. */
import type { Letter } from './bindings'

/** The initials that Mandarin syllables have, and whatever else the list uses. */
const initials = [...'ABCDEFGHJKLMNOPQRSTWXYZ']

export interface Cell {
  letter: string
  /** The first row under it; none when there is no such row. */
  offset?: number
}

/** All cells of the index, `#` last. */
export function cells(letters: readonly Letter[]): Cell[] {
  const offsets = new Map(letters.map((l) => [l.letter, l.offset]))
  const rank = (letter: string) => (letter === '#' ? '~' : letter)
  const names = [...new Set([...initials, ...offsets.keys()])].sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
  return names.map((letter) => ({ letter, offset: offsets.get(letter) }))
}

/** The letter that the row at `index` stands under. */
export function letterAt(letters: readonly Letter[], index: number): string {
  let found = ''
  for (const { letter, offset } of letters) if (offset <= index) found = letter
  return found
}
