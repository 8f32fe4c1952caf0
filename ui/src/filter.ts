/** What a list shows, kept in the address, so that reload, back and a copied link show the same. */
import { computed } from 'vue'
import { useRoute, useRouter, type LocationQueryRaw } from 'vue-router'
import type { Filter } from './bindings'

const values = ['kind', 'county', 'department', 'from', 'to'] as const
export type Value = (typeof values)[number]
type Whole = Required<Filter>

/**
 * Without halves of characters. A web view gives them out while somebody deletes an emoji; no address can hold them, and
 * the core takes no text that has one. Left out, for half a character looks for nothing.
 */
export const whole = (text: string) => text.replace(/\p{Surrogate}/gu, '')

const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))

export function filterOf(query: Record<string, unknown>): Whole {
  const one = (key: string) => (typeof query[key] === 'string' && whole(query[key])) || null
  const day = (key: string) => {
    const text = one(key)
    return text && isDay(text) ? text : null
  }
  return {
    text: one('text') ?? '',
    department: one('department'),
    county: one('county'),
    kind: one('kind'),
    from: day('from'),
    to: day('to'),
    starred: query.starred === '1',
  }
}

export function queryOf(filter: Whole): LocationQueryRaw {
  const query: LocationQueryRaw = {}
  if (filter.text) query.text = filter.text
  for (const key of values) if (filter[key]) query[key] = filter[key]
  if (filter.starred) query.starred = '1'
  return query
}

/** `beside`: keys of the address that are no filter and stay as they are. */
export function useFilter(beside: readonly string[] = []) {
  const route = useRoute()
  const router = useRouter()
  const filter = computed(() => filterOf(route.query))
  const replace = (query: LocationQueryRaw) => {
    const kept = beside.flatMap((key) => (route.query[key] ? [[key, route.query[key]]] : []))
    return router.replace({ path: route.path, query: { ...Object.fromEntries(kept), ...query } })
  }
  const set = (patch: Filter) => replace(queryOf({ ...filter.value, ...patch }))
  const clear = () => replace({})
  /** What is set, for the chips: everything but the text, which has its own box. */
  const active = computed(() => [
    ...values.flatMap((key) => (filter.value[key] ? [{ key, value: filter.value[key] }] : [])),
    ...(filter.value.starred ? [{ key: 'starred' as const, value: '' }] : []),
  ])
  return { filter, set, clear, active }
}
