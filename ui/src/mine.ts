/** What is the person's own: drafts, the outbox, their letters. Read now, read again when the core says so. */
import { onScopeDispose } from 'vue'
import { onLettersChanged } from './api'
import type { Collection } from './bindings'
import { useLive } from './live'

export function useMine<T>(read: () => Promise<T>, collections: () => Collection[] = () => []) {
  const live = useLive(read, collections)
  onScopeDispose(onLettersChanged(live.again))
  return live
}
