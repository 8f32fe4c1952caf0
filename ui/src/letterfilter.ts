/** Which public letters are shown, kept in the address like every filter. */
import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { LetterQuery_Serialize as LetterQuery } from './bindings'
import { kinds, lights, states } from './letterwords'

export type LetterFilter = Omit<LetterQuery, 'offset' | 'limit'>

const among = <T extends string>(all: readonly T[], value: unknown) => all.find((one) => one === value) ?? null
const text = (value: unknown) => (typeof value === 'string' ? value : '')

export const letterFilterOf = (query: Record<string, unknown>): LetterFilter => ({
  text: text(query.text),
  state: among(states, query.state),
  light: among(lights, query.light),
  kind: among(kinds, query.kind),
  department: text(query.department) || null,
  county: text(query.county) || null,
})

export function useLetterFilter() {
  const route = useRoute()
  const router = useRouter()
  const filter = computed(() => letterFilterOf(route.query))
  const clean = (next: LetterFilter) => Object.fromEntries(Object.entries(next).filter(([, value]) => value))
  const set = (patch: Partial<LetterFilter>) => void router.replace({ path: route.path, query: clean({ ...filter.value, ...patch }) })
  const clear = () => void router.replace({ path: route.path })
  /** How many are set beside the text and the light, which have their own places on the screen. */
  const count = computed(() => [filter.value.state, filter.value.kind, filter.value.department, filter.value.county].filter(Boolean).length)
  return { filter, set, clear, count }
}

export type LetterControl = ReturnType<typeof useLetterFilter>
