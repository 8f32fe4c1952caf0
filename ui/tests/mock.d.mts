import type { Code, Row, SyncState, About, IndexState, Storage, Suggestion, Collection, NotifyState_Serialize as NotifyState, TopicForm_Serialize as TopicForm } from '../src/bindings'

export interface Scenario {
  news?: number
  notices?: number
  agencies?: number
  schools?: number
  sync?: Partial<SyncState>
  about?: Partial<About>
  storage?: Partial<Storage>
  fails?: Record<string, Code>
  absent?: number[]
  unreadable?: number[]
  slow?: number
  pictures?: string
  deepLink?: string
  recent?: string[]
  recentOn?: boolean
  /** The system has a share sheet. */
  shareSheet?: boolean
  suggestion?: Suggestion
  expanded?: string[]
  index?: IndexState
  /** Search counts no further. */
  counted?: number
  topics?: Partial<TopicForm>[]
  lettersNew?: number
  notify?: Partial<NotifyState>
}

export interface Mock {
  emit(event: 'changed' | 'index-changed' | 'sync-changed' | 'letters-changed' | 'inbox-changed' | 'navigate', payload: unknown): void
  calls: { command: string; args: any }[]
  rows: Record<Collection, Row[]>
  state: { sync: SyncState; storage: Storage; about: About; recent: string[]; recentOn: boolean }
  scenario: Required<Scenario>
  /** What answers a command; a test may answer otherwise. */
  commands: Record<string, (args: any) => unknown>
}

export function installMock(scenario?: Scenario): Mock
