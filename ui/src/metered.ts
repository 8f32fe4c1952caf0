/**
 * Whether the network costs by what it carries. Only Android's web view says so (Network Information API); elsewhere a
 * person can choose to be asked, and nothing is guessed.
 */
import { setMetered } from './api'

interface Connection extends EventTarget {
  readonly type?: string
  readonly saveData?: boolean
}

const connection = (navigator as Navigator & { connection?: Connection }).connection

/** The web view can tell mobile data from the rest. */
export const knowsMetered = connection?.type !== undefined

/** Tells the core, now and whenever it changes; called once. */
export function tellMetered() {
  if (!connection || !knowsMetered) return
  const tell = () => void setMetered(connection.type === 'cellular' || connection.saveData === true).catch(() => undefined)
  connection.addEventListener('change', tell)
  tell()
}
