/**
 * Links out of the app. Web addresses are opened only after the person has seen the host (8-safety); numbers,
 * maps and mail go to the system at once. One listener for the whole window, so no link can be forgotten.
 */
import { ref } from 'vue'
import { useEventListener } from '@vueuse/core'
import { useAct } from './act'
import { openLink } from './api'

/** The web address that waits for a yes. */
export const asked = ref<URL>()

const atOnce = ['tel:', 'mailto:', 'geo:']
const afterAsking = ['https:', 'http:']

/** What is to be done with a link's address: null when it stays inside the app or may not be followed. */
export function judge(href: string, here = location.href): { url: URL; ask: boolean } | null {
  let url: URL
  try {
    url = new URL(href, here)
  } catch {
    return null
  }
  if (atOnce.includes(url.protocol)) return { url, ask: false }
  // Compared by hand: the app's own scheme has no origin, `new URL('tauri://localhost').origin` is "null".
  const inside = url.protocol === new URL(here).protocol && url.host === new URL(here).host
  if (afterAsking.includes(url.protocol) && !inside) return { url, ask: true }
  return null
}

export function useLinks() {
  const act = useAct()

  function follow(href: string) {
    const verdict = judge(href)
    if (verdict?.ask) asked.value = verdict.url
    else if (verdict) void act(() => openLink(href))
  }

  /** Keeps the window from ever leaving the app. */
  function guard(event: MouseEvent) {
    const link = (event.target as Element | null)?.closest?.('a[href]')
    if (!(link instanceof HTMLAnchorElement)) return
    const inside = link.protocol === location.protocol && link.host === location.host
    if (inside && !link.closest('[data-foreign]')) return
    event.preventDefault()
    follow(link.getAttribute('href') ?? '')
  }

  useEventListener(document, 'click', guard)
  useEventListener(document, 'auxclick', guard)
  return { follow }
}

/** A place on the system's map. `q` carries the name; without it some maps show only a pin. */
export const mapLink = ({ lat, lng }: { lat: number | null; lng: number | null }, name: string) =>
  `geo:${lat},${lng}?q=${lat},${lng}(${encodeURIComponent(name)})`
