import type { Code, Row, SyncState, About, Storage, Collection } from '../src/bindings'

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
}

export interface Mock {
  emit(event: 'changed' | 'sync-changed' | 'navigate', payload: unknown): void
  calls: { command: string; args: any }[]
  rows: Record<Collection, Row[]>
  state: { sync: SyncState; storage: Storage; about: About }
  scenario: Required<Scenario>
  listening(event: string): number
}

export function installMock(scenario?: Scenario): Mock
