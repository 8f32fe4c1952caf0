/** What is followed, in words, and kept up with. */
import { onScopeDispose } from 'vue'
import { onInboxChanged, onLettersChanged } from './api'
import type { RecordRef, TopicForm_Serialize as TopicForm, Topic_Serialize as Topic } from './bindings'
import type { Translate } from './i18n'
import { useLive } from './live'
import { collectionName } from './words'

/** The collections that can be followed. */
export const followed = ['news', 'notices', 'petitions'] as const

/** A record as the inbox's address names it: of which collection it is as well, because what came in is of several. */
export const inboxId = (row: RecordRef) => `${row.collection}-${row.id}`

/** The record that an address of the inbox names; none when it names nothing that can come in. */
export function inboxPlace(id: string): RecordRef | undefined {
  const [name, number] = id.split('-')
  const collection = followed.find((one) => one === name)
  return collection && { collection, id: Number(number) }
}

/** A topic that follows nothing yet. */
export const emptyTopic = (): TopicForm => ({ text: '', collection: null, department: '', county: '', letter: null })

/**
 * What can be followed of what was looked for. Letters that were taken for pinyin (`readings`) stand in no text: one of
 * their readings is followed instead, and nothing where it cannot be told which letters a reading is of.
 */
export function followWords(text: string, readings: readonly string[]): string[] {
  if (!text || text.length > 60) return []
  const runs = text.match(/[a-z]+/gi) ?? []
  const words = runs.length ? readings.filter((word) => !/[a-z]/i.test(word)) : []
  if (!words.length) return [text]
  return runs.length > 1 ? [] : words.map((word) => text.replace(/[a-z]+/i, word))
}

/** What a topic follows, in few words. */
export function topicName(t: Translate, { form, title }: Pick<Topic, 'form' | 'title'>): string {
  if (form.letter) return t('topic-letter', { title: title || t('topic-letter-gone') })
  const words = form.text && t('topic-words', { text: form.text })
  return [words, form.department, form.county, form.collection && collectionName(t, form.collection)].filter(Boolean).join(' · ')
}

/** Whether both follow the very same. */
export const sameTopic = (a: TopicForm, b: TopicForm) =>
  a.letter || b.letter ? a.letter === b.letter : a.text === b.text && a.collection === b.collection && a.department === b.department && a.county === b.county

/** Read now, and again when what is followed, what came in, or whether it was opened changes. */
export function useFollowed<T>(read: () => Promise<T>) {
  const live = useLive(read, () => [...followed])
  onScopeDispose(onInboxChanged(live.again))
  onScopeDispose(onLettersChanged(live.again))
  return live
}
