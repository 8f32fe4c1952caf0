/**
 * A list too long to hold: rows are fetched by the hundred around what is looked at, and kept.
 *
 * When the records change, the pages in view are read again and the others forgotten; old rows stay until new ones come.
 */
import { onScopeDispose, ref, shallowReactive, shallowRef, watch } from 'vue'
import { codeOf, list } from './api'
import { useChanged } from './live'
import type { Code, Collection, Filter, Page } from './bindings'

export const PAGE = 100

export interface Query {
  collection: Collection
  filter: Filter
}

/** The pages that hold the rows `first` to `last`. */
export function pagesOf(first: number, last: number): number[] {
  const from = Math.floor(Math.max(0, first) / PAGE)
  const to = Math.floor(Math.max(0, last) / PAGE)
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}

/** `ask` reads a page; it is read anew when one of `collections` changes. */
export function usePaged<Q, A extends { rows: unknown[]; total: number }>(
  query: () => Q,
  ask: (query: Q & { offset: number; limit: number }) => Promise<A>,
  collections: () => Collection[],
) {
  type R = A['rows'][number]
  const pages = shallowReactive(new Map<number, R[]>())
  /** What came last, for what stands beside the rows. */
  const last = shallowRef<A>()
  const asked = new Set<number>()
  const total = ref<number>()
  const error = ref<Code>()
  let inView = [0]
  let generation = 0

  async function fetch(page: number) {
    const mine = generation
    asked.add(page)
    try {
      const answer = await ask({ ...query(), offset: page * PAGE, limit: PAGE })
      if (mine !== generation) return
      pages.set(page, answer.rows)
      total.value = answer.total
      last.value = answer
      error.value = undefined
    } catch (thrown) {
      if (mine !== generation) return
      asked.delete(page)
      error.value = codeOf(thrown)
    }
  }

  /** Makes sure that the rows `first` to `last`, and the one that has the focus, are here or on their way. */
  function want(first: number, last: number, held = -1) {
    inView = [...new Set([...pagesOf(first, last), ...(held < 0 ? [] : pagesOf(held, held))])]
    for (const page of inView) if (!asked.has(page)) void fetch(page)
  }

  function again() {
    generation++
    asked.clear()
    for (const page of pages.keys()) if (!inView.includes(page)) pages.delete(page)
    for (const page of inView) void fetch(page)
  }

  function restart() {
    pages.clear()
    total.value = undefined
    error.value = undefined
    inView = [0]
    again()
  }

  watch(() => JSON.stringify(query()), restart, { immediate: true })
  useChanged(collections, again)
  onScopeDispose(() => void generation++)

  const row = (index: number): R | undefined => pages.get(Math.floor(index / PAGE))?.[index % PAGE]
  return { total, error, last, row, want, again }
}

/** The rows of a collection. */
export const usePages = (query: () => Query) => usePaged<Query, Page>(query, list, () => [query().collection])
