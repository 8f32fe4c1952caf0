/** The state of synchronisation, shared by the badge, the banners and 我的. */
import { computed, onScopeDispose, ref, type ComputedRef } from 'vue'
import { createSharedComposable, useEventListener } from '@vueuse/core'
import { about, codeOf, onSyncChanged, syncNow, syncState, wake } from './api'
import { clock, dayOf, longDay, stamp } from './format'
import type { Locale, Translate } from './i18n'
import { useLive } from './live'
import type { About, Code, SyncState } from './bindings'

/** `1.10.0` is newer than `1.9`. What is no number counts as 0. */
export function isOlder(version: string, wanted: string): boolean {
  const numbers = (text: string) => text.split('.').map((part) => Number.parseInt(part, 10) || 0)
  const [mine, theirs] = [numbers(version), numbers(wanted)]
  for (let i = 0; i < Math.max(mine.length, theirs.length); i++) {
    const difference = (mine[i] ?? 0) - (theirs[i] ?? 0)
    if (difference) return difference < 0
  }
  return false
}

export type Tone = 'calm' | 'busy' | 'warn'

/** What the badge says. */
export function badge(t: Translate, state: SyncState, locale: Locale, now = new Date()): { tone: Tone; text: string } {
  const percent = state.total ? Math.min(100, Math.floor((state.done / state.total) * 100)) : 0
  switch (state.phase) {
    case 'opening': return { tone: 'busy', text: t('sync-opening') }
    case 'checking': return { tone: 'busy', text: t('sync-checking') }
    case 'fetching': return { tone: 'busy', text: state.total ? t('sync-fetching', { percent }) : t('sync-fetching-unknown') }
    case 'applying': return { tone: 'busy', text: t('sync-applying') }
    case 'idle':
  }
  if (!state.contentAsOf) return { tone: 'warn', text: t('sync-no-content') }
  const time = asOf(state.contentAsOf, locale, now)
  if (!state.problem) return { tone: 'calm', text: t('sync-as-of', { time }) }
  const text = state.problem === 'offline' ? t('sync-offline', { time }) : t('sync-stale', { time })
  return { tone: 'warn', text }
}

/** `09:30` today, else `11月20日周五`. */
const asOf = (time: string, locale: Locale, now: Date) =>
  dayOf(time) === dayOf(now) ? clock(time) : longDay(time, locale, now)

/** `2026-11-22 09:30`, or nothing. */
export const when = (time: string | null | undefined) => (time ? stamp(time) : '')

interface Sync {
  state: ComputedRef<SyncState | undefined>
  about: ComputedRef<About | undefined>
  /** A newer app is asked for; the version, or an empty text when it is not known. */
  wanted: ComputedRef<string | undefined>
  running: ComputedRef<boolean>
  /** Why the person's own 立即更新 failed, when the state does not say. */
  refused: ComputedRef<Code | undefined>
  start: () => Promise<void>
}

export const useSync = createSharedComposable((): Sync => {
  const live = useLive(syncState)
  const app = useLive(about)
  onScopeDispose(onSyncChanged(live.again))
  // A phone was unlocked, a lid opened, a tunnel left behind: the core decides whether it is time to ask.
  const seen = () => document.visibilityState === 'visible' && void wake().catch(() => undefined)
  useEventListener(document, 'visibilitychange', seen)
  useEventListener(window, ['focus', 'online'], seen)

  const asked = ref(false)
  const refused = ref<Code>()
  async function start() {
    if (asked.value) return
    asked.value = true
    refused.value = undefined
    try {
      await syncNow()
    } catch (thrown) {
      const code = codeOf(thrown)
      if (code !== 'busy') refused.value = code
    }
    asked.value = false
    live.again()
  }

  const state = computed(() => live.data.value)
  const wanted = computed(() => {
    const min = state.value?.minApp
    const version = app.data.value?.version
    if (min && version && isOlder(version, min)) return min
    return state.value?.problem === 'update_app' ? '' : undefined
  })
  return {
    state,
    about: computed(() => app.data.value),
    wanted,
    running: computed(() => asked.value || (!!state.value && state.value.phase !== 'idle')),
    refused: computed(() => refused.value),
    start,
  }
})
