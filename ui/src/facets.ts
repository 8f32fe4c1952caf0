/** What can be chosen in a filter: of one collection, or of all of them for a search. */
import type { ShallowRef } from 'vue'
import { facets } from './api'
import type { Collection, Facet, Facets } from './bindings'
import { useLive } from './live'
import { shown } from './words'

/** One list out of many, the most frequent first; the same name counts together. */
export function merge(lists: readonly (readonly Facet[])[]): Facet[] {
  const counts = new Map<string, number>()
  for (const { value, count } of lists.flat()) counts.set(value, (counts.get(value) ?? 0) + count)
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count)
}

async function ofAll(): Promise<Facets> {
  const all = await Promise.all(shown.map((name) => facets(name)))
  // A kind means something in its own collection only.
  return { departments: merge(all.map((f) => f.departments)), counties: merge(all.map((f) => f.counties)), kinds: [] }
}

export function useFacets(collection: () => Collection | undefined): Readonly<ShallowRef<Facets | undefined>> {
  const read = () => {
    const one = collection()
    return one ? facets(one) : ofAll()
  }
  return useLive(read, () => [collection() ?? [...shown]].flat()).data
}
