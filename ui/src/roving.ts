/**
 * One Tab stop for all the rows of a list (the roving tabindex of ARIA's authoring practices): what stands behind a list
 * of 400 rows is one Tab away. ↑ ↓ Home End PageUp PageDown go from row to row, ← → through what stands in one, or to the
 * next where they stand side by side. The rows stay links in a list: a listbox may hold neither links nor buttons, and a
 * feed wants a stop for every row.
 *
 * Written on the elements, not bound: what stands in a row is the caller's, and comes late.
 * Rejected: Reka's RovingFocusGroup. It knows only the items that are in the page, which of a windowed list are few, and
 * makes three components of each.
 */
import { useEventListener, useMutationObserver } from '@vueuse/core'
import { watch, type Ref } from 'vue'

const STOPS = 'a[href], button:not(:disabled)'
/** How many rows a key goes, or how many lines of them; pages apart. */
const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }
const ASIDE: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1 }

export interface Rows {
  /** What a row is, as a selector. */
  row: string
  /** The row that has the stop until one has had the focus. */
  first: () => Element | null | undefined
  /** Moves the focus by so many rows, where not all of them are in the page; false when there is no such row. */
  go?: (from: HTMLElement, rows: number) => boolean
  /** How many rows are in view at once. */
  page?: () => number
  /** How many rows stand side by side, where they do. */
  across?: () => number
}

/** What one can press in `row`, or the row itself. */
export const stopsOf = (row: Element | null | undefined): HTMLElement[] =>
  row?.matches(STOPS) ? [row as HTMLElement] : [...(row?.querySelectorAll<HTMLElement>(STOPS) ?? [])]

export function useRoving(box: Readonly<Ref<HTMLElement | null | undefined>>, { row, first, go, page = () => 10, across }: Rows) {
  /** What had the focus last. */
  let last: HTMLElement | undefined

  function settle() {
    const all = [...(box.value?.querySelectorAll<HTMLElement>(STOPS) ?? [])]
    const stop = last && all.includes(last) ? last : (stopsOf(first())[0] ?? all[0])
    for (const one of all) {
      const index = one === stop ? '0' : '-1'
      if (one.getAttribute('tabindex') !== index) one.setAttribute('tabindex', index)
    }
  }

  function rowsOf(key: string): number {
    if (key === 'PageDown') return page()
    if (key === 'PageUp') return -page()
    if (across && ASIDE[key]) return ASIDE[key]
    return (STEPS[key] ?? 0) * (across?.() ?? 1)
  }

  /** All the rows are in the page. */
  function goHere(from: HTMLElement, rows: number): boolean {
    const all = [...(box.value?.querySelectorAll<HTMLElement>(row) ?? [])]
    const next = all[Math.min(all.length - 1, Math.max(0, all.indexOf(from) + rows))]
    if (!next || next === from) return false
    stopsOf(next)[0]?.focus()
    return true
  }

  useEventListener(box, 'focusin', ({ target }: FocusEvent) => {
    if (!(target as HTMLElement).matches(STOPS)) return
    last = target as HTMLElement
    settle()
  })
  useEventListener(box, 'keydown', (event: KeyboardEvent) => {
    const from = (event.target as HTMLElement).closest<HTMLElement>(row)
    if (!from || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    const { key } = event
    const rows = rowsOf(key)
    const stops = stopsOf(from)
    const beside = ASIDE[key] && stops[stops.indexOf(event.target as HTMLElement) + ASIDE[key]]
    if (beside) beside.focus()
    else if (!rows || !(go ?? goHere)(from, rows)) return
    event.preventDefault()
  })
  useMutationObserver(box, settle, { childList: true, subtree: true, attributeFilter: ['aria-current', 'aria-pressed', 'disabled', 'href'] })
  watch(box, settle, { flush: 'post', immediate: true })

  /** Gives the stop to `row`, which need not have the focus. */
  return (row: Element | null | undefined) => {
    last = stopsOf(row)[0]
    settle()
  }
}
