import type { Draft, LetterRow, MyLetter } from '../src/bindings'
import type { Mock } from './mock.mjs'

export interface LettersMock extends Mock {
  letters: LetterRow[]
  mine: Map<string, MyLetter>
  drafts: Map<string, Draft>
  deliver(id: string): string
}
export function installLetters(scenario?: { letters?: number; mine?: boolean; drafts?: boolean }): LettersMock
