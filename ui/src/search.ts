/**
 * Searching as one types: every key asks, the newest question wins, further pages are added at the end.
 *
 * What was found last is kept while the app runs, so that coming back from an article shows the same rows at the same
 * place. Rejected: asking only after a pause in typing; the core answers within a frame and drops overtaken questions.
 */
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { useThrottleFn } from '@vueuse/core'
import { codeOf, onIndexChanged, search } from './api'
import type { Code, Collection, Hit, SearchAnswer, SearchQuery } from './bindings'
import { filterOf, whole } from './filter'
import { useChanged } from './live'
import { isText, shown } from './words'

/** Hits of a page: twice what a screen shows. */
export const EACH = 20
/** The most that one question may ask for. */
const MOST = 100

export type Question = Required<Omit<SearchQuery, 'offset' | 'limit'>>

/** The question that an address stands for. */
export function questionOf(query: Record<string, unknown>): Question {
  const { department, county, from, to } = filterOf(query)
  const text = typeof query.q === 'string' ? whole(query.q) : ''
  const collection = shown.find((name) => name === query.in) ?? null
  return { text, collection, department, county, from, to, sort: query.sort === 'date' ? 'date' : 'relevance' }
}

interface Found {
  key: string
  answer: SearchAnswer
  hits: Hit[]
  ended: boolean
  top: number
}
let turn = 0
let last: Found | undefined

export function useSearch(question: () => Question) {
  const answer = shallowRef<SearchAnswer>()
  const hits = shallowRef<Hit[]>([])
  const error = ref<Code>()
  const loading = ref(false)
  /** Nothing comes any more: a page was empty. A total does not tell, for counting stops at a thousand. */
  const ended = ref(false)
  const key = computed(() => JSON.stringify(question()))

  async function ask(offset: number, limit: number) {
    const mine = ++turn
    const asked = key.value
    loading.value = true
    try {
      const got = await search({ ...question(), offset, limit }, mine)
      if (mine !== turn) return
      const found = [...got.directory, ...got.documents]
      hits.value = offset ? [...hits.value, ...found] : found
      ended.value = !found.length
      // Counts and advice come with the first page only.
      answer.value = offset && answer.value ? { ...answer.value, total: got.total, capped: got.capped } : got
      last = { key: asked, answer: answer.value, hits: hits.value, ended: ended.value, top: last?.key === asked ? last.top : 0 }
      error.value = undefined
    } catch (thrown) {
      if (mine !== turn || codeOf(thrown) === 'cancelled') return
      error.value = codeOf(thrown)
    }
    loading.value = false
  }

  function restart() {
    if (last?.key === key.value) {
      answer.value = last.answer
      hits.value = last.hits
      ended.value = last.ended
      return again()
    }
    if (question().text.trim()) return void ask(0, EACH)
    turn++
    answer.value = undefined
    hits.value = []
    error.value = undefined
    loading.value = false
  }

  /** Reads again what is shown; a list that is longer than one answer stays as it is. */
  const again = () => void (question().text.trim() && hits.value.length <= MOST && ask(0, Math.max(EACH, hits.value.length)))
  const further = computed(() => !ended.value && !!answer.value && (answer.value.capped || hits.value.length < answer.value.total))
  const more = () => void (!loading.value && further.value && ask(hits.value.length, EACH))

  watch(key, restart, { immediate: true })
  // A sync brings many changes in a row: reading once a second keeps the rows under the finger still.
  const soon = useThrottleFn(again, 1000, true)
  useChanged(() => [...shown], soon)
  onScopeDispose(onIndexChanged(soon))
  onScopeDispose(() => void turn++)

  return {
    answer,
    hits,
    error,
    loading,
    /** Whether `more` may bring something. */
    further,
    more,
    again,
    /** People, bodies and places; they stand above the texts. */
    directory: computed(() => hits.value.filter((hit) => !isText(hit.row.collection))),
    documents: computed(() => hits.value.filter((hit) => isText(hit.row.collection))),
    /** How far the page was scrolled when it was left. */
    top: { get: () => (last?.key === key.value ? last.top : 0), set: (top: number) => void (last && (last.top = top)) },
  }
}

/** The collections that have hits, for narrowing. */
export const scopes = (answer: SearchAnswer | undefined): { collection: Collection; count: number; capped: boolean }[] =>
  answer?.counts.filter((c) => c.count && (shown as readonly Collection[]).includes(c.collection)) ?? []
