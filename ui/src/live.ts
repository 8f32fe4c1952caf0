/**
 * Read now, read again when something it depends on changes (house rule 20: events say what changed, never the data).
 *
 * Rejected: a client-side store. The database is the store; a second copy would have to be kept true.
 */
import { onScopeDispose, ref, shallowRef, watchEffect, type Ref, type ShallowRef } from 'vue'
import { codeOf, onChanged } from './api'
import type { Code, Collection } from './bindings'

export interface Live<T> {
  /** The last good answer; stays while a newer one is being read. */
  data: Readonly<ShallowRef<T | undefined>>
  /** Why the last reading failed. */
  error: Readonly<Ref<Code | undefined>>
  /** A reading is under way. */
  loading: Readonly<Ref<boolean>>
  /** Reads again, as after an event. */
  again: () => void
}

/** Calls `callback` when one of `collections` changed, for as long as the calling component lives. */
export function useChanged(collections: () => Collection[], callback: () => void) {
  onScopeDispose(
    onChanged((changed) => {
      if (changed.collections.some((name) => collections().includes(name))) callback()
    }),
  )
}

/** `read` is run at once, when a reactive value that it uses changes, and when one of `collections` changed. */
export function useLive<T>(read: () => Promise<T>, collections: () => Collection[] = () => []): Live<T> {
  const data = shallowRef<T>()
  const error = ref<Code>()
  const loading = ref(true)
  const round = ref(0)
  let latest = 0

  async function take(answer: Promise<T>) {
    const mine = ++latest
    loading.value = true
    try {
      const value = await answer
      if (mine !== latest) return
      data.value = value
      error.value = undefined
    } catch (thrown) {
      if (mine !== latest) return
      error.value = codeOf(thrown)
    }
    loading.value = false
  }

  const again = () => void round.value++
  watchEffect(() => {
    void round.value
    void take(read())
  })
  useChanged(collections, again)
  onScopeDispose(() => void latest++)
  return { data, error, loading, again }
}
