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

  useEventListener(document, 'keydown', (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector('[role="dialog"]')) return
    const command = event.ctrlKey || event.metaKey
    const key = event.key.toLowerCase()
    if (event.key === 'F5' || (command && key === 'r')) void sync.start()
    else if ((command && key === 'k') || (event.key === '/' && !command && !typing(event.target))) void router.push('/search')
    else if (event.key === 'Escape' && !typing(event.target)) backToList(router)
    else return
    event.preventDefault()
  })
}
