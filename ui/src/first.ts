/**
 * What the first screen shows, asked for while the code that shows it is still on its way: the core answers meanwhile,
 * and text is laid out and painted once instead of three times.
 *
 * It knows what the first screen asks, and a test holds it to that. Where the app opens on another screen, that one
 * asks for itself.
 */
import { about, codeOf, hear, inboxCounts, list, open, syncState } from './api'
import type { Code } from './bindings'
import { after } from './wait'

/** Longer than this, the first screen is shown without its rows: the person sees that there is something on its way. */
const PATIENCE_MS = 300

/** What the first screen's list asks. 长辈版 shows the newest few, the others the first page of a list without filter. */
export function firstQuery() {
  if (isElder()) return { collection: 'news' as const, offset: 0, limit: 5 }
  const filter = { text: '', department: null, county: null, kind: null, from: null, to: null, starred: false }
  return { collection: 'news' as const, filter, offset: 0, limit: 100 }
}

/** As `prefs.ts` keeps it, which is not here yet. */
const isElder = () => localStorage.getItem('size') === 'elder'

/** Where the app begins. */
export const firstPath = () => (isElder() ? '/home' : '/news')

/** Begins to hear the core and opens its data; answers what kept it from being opened. */
export async function begin(): Promise<Code | undefined> {
  const opening = open().then(() => undefined, codeOf)
  await hear()
  return opening
}

/** Asks, and waits for the answers as long as is good. Nothing fails here: who needs an answer asks again. */
export async function foresee(path = location.pathname): Promise<void> {
  const asked = [about.ahead(), syncState.ahead(), inboxCounts.ahead()]
  const home = path === firstPath() || (path === '/' && localStorage.getItem('welcomed') === 'true')
  if (home) asked.push(list.ahead(firstQuery()))
  await Promise.race([Promise.all(asked), after(PATIENCE_MS)])
}
