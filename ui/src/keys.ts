/** The keyboard of a desktop. Keys that a field, a dialog or a list already used are left alone. */
import { useEventListener } from '@vueuse/core'
import { useRouter } from 'vue-router'
import { backToList } from './back'
import { useSync } from './sync'

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

export function useKeys() {
  const router = useRouter()
  const sync = useSync()

  /** The screen of the search; whoever is on it already wants its box, with what was looked for ready to be typed over. */
  function find() {
    const box = router.currentRoute.value.name === 'search' && document.querySelector<HTMLInputElement>('main input[type="search"]')
    if (!box) return void router.push('/search')
    box.focus()
    box.select()
  }

  useEventListener(document, 'keydown', (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector('[role="dialog"]')) return
    const command = event.ctrlKey || event.metaKey
    const key = event.key.toLowerCase()
    if (event.key === 'F5' || (command && key === 'r')) void sync.start()
    else if ((command && key === 'k') || (event.key === '/' && !command && !typing(event.target))) find()
    else if (event.key === 'Escape' && !typing(event.target)) backToList(router)
    // As in a browser; some web views do it themselves, and some do nothing.
    else if (event.altKey && event.key === 'ArrowLeft' && !typing(event.target)) router.back()
    else return
    event.preventDefault()
  })
}
