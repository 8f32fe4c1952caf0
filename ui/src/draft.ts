/**
 * A letter being written. The row in the database is the truth (house rule 18): every pause in typing saves it, and so
 * do leaving the screen and putting the phone away. What the person types is never overwritten by a reading.
 */
import { onScopeDispose, reactive, ref, shallowRef, toRaw, watch } from 'vue'
import { useDebounceFn, useEventListener } from '@vueuse/core'
import * as api from './api'
import type { Code, Draft_Serialize as Draft, LetterForm_Serialize as LetterForm } from './bindings'

export const PAUSE = 500
export const MOST_TITLE = 60
export const MOST_TEXT = 5000
export const MOST_FILES = 9

export type Saved = 'saved' | 'saving' | 'failed'

const blank = (): LetterForm => ({
  kind: 'consult', title: '', text: '', department: '', county: '', address: '', location: null, name: '', phone: '', visibility: 'public', consent: false,
})

export function useDraft(id: string) {
  const draft = shallowRef<Draft>()
  const form = reactive(blank())
  const error = ref<Code>()
  const saved = ref<Saved>('saved')
  let kept = ''
  let running: Promise<void> = Promise.resolve()
  const now = () => JSON.stringify(toRaw(form))

  async function read() {
    try {
      const found = await api.draft(id)
      if (!draft.value || now() === kept) {
        Object.assign(form, found.form)
        kept = now()
      }
      draft.value = found
      error.value = undefined
    } catch (thrown) {
      error.value = api.codeOf(thrown)
    }
  }

  async function save() {
    const text = now()
    if (!draft.value || text === kept) return
    saved.value = 'saving'
    try {
      await api.saveDraft(id, JSON.parse(text))
      kept = text
      saved.value = now() === kept ? 'saved' : 'saving'
    } catch {
      saved.value = 'failed'
    }
  }
  /** Writes down what is there, after whatever is being written; one at a time, so that the last one wins. */
  const flush = () => (running = running.then(save))
  const soon = useDebounceFn(flush, PAUSE)

  watch(form, () => {
    if (!draft.value || now() === kept) return
    saved.value = 'saving'
    void soon()
  })
  useEventListener(document, 'visibilitychange', () => void (document.visibilityState === 'hidden' && flush()))
  useEventListener(window, 'pagehide', () => void flush())
  onScopeDispose(() => void flush())
  onScopeDispose(api.onLettersChanged(() => void read()))
  void read()
  return { draft, form, error, saved, flush, again: () => void read() }
}

export type Writing = ReturnType<typeof useDraft>

/** The bytes of a file, as the core takes them. */
export function base64(file: Blob): Promise<string> {
  return new Promise((done, fail) => {
    const reader = new FileReader()
    reader.onload = () => done(String(reader.result).replace(/^data:[^,]*,/, ''))
    reader.onerror = () => fail(reader.error)
    reader.readAsDataURL(file)
  })
}
