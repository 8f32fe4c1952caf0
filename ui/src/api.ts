/**
 * The only door to the Rust side: nothing else imports Tauri (house rule 4).
 *
 * Every function answers plainly or throws a `Failure` with a closed code; no screen ever reads an error's text.
 */
import { convertFileSrc } from '@tauri-apps/api/core'
import { commands, events } from './bindings'
import { foreseen, forget } from './foreseen'
import type { Changed, Code, Collection, FetchPictures, Filter, InboxMarked, InboxQuery_Deserialize as InboxQuery, Keep, LetterDeed, LetterForm, LetterQuery, ListQuery, Navigate, NotifyChoice_Deserialize as NotifyChoice, SearchQuery, TopicForm_Deserialize as TopicForm } from './bindings'

/** What went wrong, as a code that `words.ts` turns into a sentence. */
export class Failure extends Error {
  constructor(readonly code: Code) {
    super(code)
  }
}

/** The code of whatever was thrown; a bug in a command counts as `internal`. */
export const codeOf = (thrown: unknown): Code => (thrown instanceof Failure ? thrown.code : 'internal')

type Answer<T> = Promise<{ status: 'ok'; data: T } | { status: 'error'; error: Code }>

async function unwrap<T>(answer: Answer<T>): Promise<T> {
  const result = await answer
  if (result.status === 'error') throw new Failure(result.error)
  return result.data
}

/** The data of this device is open, or is opened now. To be awaited before anything reads. */
export const open = () => unwrap(commands.open())
/** What the first screen looked like last time: the window brings it along (`src-tauri/src/window.rs`), with the time it did. */
export const firstScreen = () => (globalThis as { __FIRST_SCREEN__?: { at: number; screen: string | null } }).__FIRST_SCREEN__ ?? { at: 0, screen: null }
/** Keeps what it looks like; with none, forgets it. */
export const keepFirstScreen = (screen: string | null) => unwrap(commands.keepFirstScreen(screen))
export const list = foreseen((query: ListQuery) => unwrap(commands.list(query)))
export const letters = (collection: Collection, filter: Filter) => unwrap(commands.letters(collection, filter))
export const facets = (collection: Collection) => unwrap(commands.facets(collection))
export const detail = (collection: Collection, id: number) => unwrap(commands.detail(collection, id))
export const markRead = (collection: Collection, id: number) => unwrap(commands.markRead(collection, id, true))
export const star = (collection: Collection, id: number, starred: boolean) => unwrap(commands.star(collection, id, starred))
export const syncNow = () => unwrap(commands.syncNow())
export const wake = () => unwrap(commands.wake())
export const syncState = foreseen(() => unwrap(commands.syncState()))
export const storage = () => unwrap(commands.storage())
export const setKeep = (keep: Keep) => unwrap(commands.setKeep(keep))
export const setPictureCap = (bytes: number) => unwrap(commands.setPictureCap(bytes))
export const setFetchPictures = (when: FetchPictures) => unwrap(commands.setFetchPictures(when))
export const setMetered = (metered: boolean) => unwrap(commands.setMetered(metered))
export const cleanUp = () => unwrap(commands.cleanUp())
export const about = foreseen(() => unwrap(commands.about()))
export const saveContact = (collection: Collection, id: number) => unwrap(commands.saveContact(collection, id))
export const saveAttachment = (collection: Collection, id: number, sha256: string) =>
  unwrap(commands.saveAttachment(collection, id, sha256))
export const openLink = (url: string) => unwrap(commands.openLink(url))
/** `turn` counts up with every question: a later one ends an earlier one with the code `cancelled`. */
export const search = (query: SearchQuery, turn: number) => unwrap(commands.search(query, turn))
export const recentSearches = () => unwrap(commands.recentSearches())
export const rememberSearch = (text: string) => unwrap(commands.rememberSearch(text))
export const forgetSearch = (text: string | null) => unwrap(commands.forgetSearch(text))
export const recentSearchesOn = () => unwrap(commands.recentSearchesOn())
export const setRecentSearches = (on: boolean) => unwrap(commands.setRecentSearches(on))
export const drafts = () => unwrap(commands.drafts())
export const newDraft = () => unwrap(commands.newDraft())
export const draft = (id: string) => unwrap(commands.draft(id))
export const saveDraft = (id: string, form: LetterForm) => unwrap(commands.saveDraft(id, form))
export const deleteDraft = (id: string) => unwrap(commands.deleteDraft(id))
export const restoreDraft = (id: string) => unwrap(commands.restoreDraft(id))
export const addDraftFile = (id: string, name: string, base64: string) => unwrap(commands.addDraftFile(id, name, base64))
export const removeDraftFile = (id: string, fileId: string) => unwrap(commands.removeDraftFile(id, fileId))
export const previewLetter = (id: string) => unwrap(commands.previewLetter(id))
/** Freezes the letter and wakes the outbox; answers at once. */
export const submitLetter = (id: string) => unwrap(commands.submitLetter(id))
/** The number of the letter that a draft became; null while it is one. */
export const sentNumber = (id: string) => unwrap(commands.sentNumber(id))
export const recallLetter = (id: string) => unwrap(commands.recallLetter(id))
export const publicLetters = (query: LetterQuery) => unwrap(commands.publicLetters(query))
export const publicLimits = (id: number) => unwrap(commands.publicLimits(id))
export const departmentFigures = () => unwrap(commands.departmentFigures())
export const saveIcs = (number: string) => unwrap(commands.saveIcs(number))
export const joinLetter = (number: string) => unwrap(commands.joinLetter(number))
export const leaveLetter = (number: string) => unwrap(commands.leaveLetter(number))
export const myLetters = () => unwrap(commands.myLetters())
/** Reading it marks it seen. */
export const myLetter = (number: string) => unwrap(commands.myLetter(number))
export const refreshLetters = () => unwrap(commands.refreshLetters())
export const letterDeed = (number: string, deed: LetterDeed) => unwrap(commands.letterDeed(number, deed))
/** Begins it, or finds what was begun. */
export const supplement = (number: string) => unwrap(commands.supplement(number))
export const retryNow = () => unwrap(commands.retryNow())
export const askRecoveryCode = (phone: string) => unwrap(commands.askRecoveryCode(phone))
export const recoverLetters = (phone: string, code: string) => unwrap(commands.recoverLetters(phone, code))
export const lookUpLetter = (number: string, code: string) => unwrap(commands.lookUpLetter(number, code))
export const forgetLetter = (number: string) => unwrap(commands.forgetLetter(number))
export const exportMine = () => unwrap(commands.exportMine())
export const eraseMine = () => unwrap(commands.eraseMine())
export const mineState = () => unwrap(commands.mineState())
/** Whether the system has a share sheet; where it has none, the app has ways of its own. */
export const hasShareSheet = () => commands.hasShareSheet()
export const shareBySystem = (collection: Collection, id: number) => unwrap(commands.shareBySystem(collection, id))
export const share = (collection: Collection, id: number) => unwrap(commands.share(collection, id))
/** Saves the picture card of a record, a PNG as base64; answers where. */
export const saveCard = (collection: Collection, id: number, base64: string) => unwrap(commands.saveCard(collection, id, base64))
/** Hands the same picture to the system's share sheet. */
export const shareCard = (collection: Collection, id: number, base64: string) => unwrap(commands.shareCard(collection, id, base64))
export const ready = () => unwrap(commands.ready())

export const topics = () => unwrap(commands.topics())
export const previewTopic = (form: TopicForm) => unwrap(commands.previewTopic(form))
export const follow = (form: TopicForm) => unwrap(commands.follow(form))
export const unfollow = (id: number) => unwrap(commands.unfollow(id))
export const refollow = (id: number) => unwrap(commands.refollow(id))
export const muteTopic = (id: number, muted: boolean) => unwrap(commands.muteTopic(id, muted))
export const notifyTopic = (id: number, notify: boolean) => unwrap(commands.notifyTopic(id, notify))
export const orderTopics = (ids: number[]) => unwrap(commands.orderTopics(ids))
export const exportTopics = () => unwrap(commands.exportTopics())
export const importTopics = (text: string) => unwrap(commands.importTopics(text))
export const inbox = (query: InboxQuery) => unwrap(commands.inbox(query))
export const inboxCounts = foreseen(() => unwrap(commands.inboxCounts()))
export const readInbox = () => unwrap(commands.readInbox())
export const markUnread = (marked: InboxMarked) => unwrap(commands.markUnread(marked))
export const dropStep = (turn: number, gone: boolean) => unwrap(commands.dropStep(turn, gone))
export const dropFromInbox = (collection: Collection, id: number, gone: boolean) => unwrap(commands.dropFromInbox(collection, id, gone))

export const notifyState = () => unwrap(commands.notifyState())
export const setNotifyChoice = (choice: NotifyChoice) => unwrap(commands.setNotifyChoice(choice))
/** Has the system show one now; answers why it did not, or null. */
export const tryNotification = () => unwrap(commands.tryNotification())
/** For what the system shows while no window does. */
export const setLanguage = (tag: string) => unwrap(commands.setLanguage(tag))

/** The address of a picture of the city, by its hash. */
export const picture = (sha256: string) => convertFileSrc(sha256, 'picture')
/** The same as small as a row shows it: a list of photographs in full would take the memory of a phone. */
export const pictureInRow = (sha256: string) => `${picture(sha256)}?row`
/** The same where the person asks for it, whatever was chosen about pictures. */
export const pictureNow = (address: string) => `${address.split('?')[0]}?now`

type Stop = () => void
type Listen<T> = (callback: (event: { payload: T }) => void) => Promise<Stop>

/**
 * One listener of each event for as long as the window lives. Rejected: one for each component that asks. Listening
 * begins only when the core has answered, and what changed between a component's first reading and that answer would
 * never be shown.
 */
function hub<T>(listen: Listen<T>) {
  const callbacks = new Set<(payload: T) => void>()
  const begin = () =>
    listen((event) => {
      forget()
      ;[...callbacks].forEach((callback) => callback(event.payload))
    })
  const on = (callback: (payload: T) => void): Stop => {
    const own = (payload: T) => callback(payload)
    callbacks.add(own)
    return () => void callbacks.delete(own)
  }
  return { begin, on }
}

const changed = hub<Changed>(events.changed.listen)
const syncChanged = hub(events.syncChanged.listen)
const indexChanged = hub(events.indexChanged.listen)
const lettersChanged = hub(events.lettersChanged.listen)
const inboxChanged = hub(events.inboxChanged.listen)
const navigate = hub<Navigate>(events.navigate.listen)

/** Begins to hear the core. To be awaited before anything reads. */
export const hear = () => Promise.all([changed, syncChanged, indexChanged, lettersChanged, inboxChanged, navigate].map((h) => h.begin()))

/** Records changed: read again. */
export const onChanged = changed.on
/** The state of synchronisation changed: read it again. */
export const onSyncChanged = syncChanged.on
/** The search index grew or was found damaged: ask again. */
export const onIndexChanged = indexChanged.on
/** Drafts, the outbox, my letters or my joins changed: read again. */
export const onLettersChanged = lettersChanged.on
/** What is followed, or what came in by it, changed: read again. */
export const onInboxChanged = inboxChanged.on
/** A deep link arrived while the app was running. */
export const onNavigate = navigate.on
