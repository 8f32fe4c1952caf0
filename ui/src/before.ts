/**
 * What the first screen looked like when it last stood still, shown again at the next start until the app itself is
 * there: a third of a second on a desktop, more than one on a cheap phone, in which the person reads already.
 *
 * It is a picture made of elements and not a screen: nothing in it has the focus, screen readers pass over it, and what
 * tells the time (the day, how fresh the content is) keeps its place unseen. A press on it is made again on the app where
 * the same thing stands in the same place. The core keeps it on the device, and forgets it before news change.
 *
 * Rejected: rows drawn by hand before the framework is there, which would be a second list to keep like the first; a
 * picture of pixels, which is as large as the window and blurred on every other.
 */
import { firstScreen, keepFirstScreen, onChanged } from './api'
import { firstPath } from './first'

interface Kept {
  /** The build, the window and the display it was made in. It is shown in no other. */
  of: string
  /** Of the root element: its language, and the data by which styles are chosen. */
  lang: string
  root: DOMStringMap
  /** Addresses of the style sheets that were there; some come with what stands on the screen. */
  styles: string[]
  html: string
}

/** The element, and the mark of when it was put in. */
const NAME = 'before'
/** The smallest picture there is. */
const BLANK = 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg"/>'
/** It is never in the way for longer, whatever becomes of the app. */
const PATIENCE_MS = 5000
/** The screen stands still when nothing has changed for so long. */
const STILL_MS = 1000

/** What a person may choose of how the app looks, as `prefs.ts` keeps it, and what their system prefers. */
const CHOSEN = ['size', 'theme', 'contrast', 'motion', 'locale']
const PREFERRED = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)', '(prefers-reduced-motion: reduce)']
const ofNow = () =>
  JSON.stringify([
    import.meta.url,
    innerWidth,
    innerHeight,
    CHOSEN.map((name) => localStorage.getItem(name)),
    PREFERRED.map((query) => matchMedia(query).matches),
  ])

let pressed: { x: number; y: number; on: string } | undefined
const wordsOf = (at: Element | null | undefined) => at?.closest('a, button')?.textContent.trim()

const sheets = () => [...document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]')].map((link) => link.href)

/** Over when it is there; a sheet that does not come is missed by what is shown, and by nothing after it. */
const sheet = (href: string) =>
  new Promise((done) => {
    const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href, onload: done, onerror: done })
    document.head.append(link)
  })

/** Shows it, where there is one for this window; over once it has been painted. */
export async function show() {
  // A page that is loaded again finds what the window brought along, which is old by then.
  const [{ type } = { type: '' }] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
  const kept = type === 'reload' ? undefined : read()
  if (kept?.of !== ofNow()) return
  const here = sheets()
  await Promise.all(kept.styles.filter((href) => !here.includes(href)).map(sheet))
  document.documentElement.lang = kept.lang
  Object.assign(document.documentElement.dataset, kept.root)
  const box = document.createElement('div')
  box.id = NAME
  box.setAttribute('aria-hidden', 'true')
  box.innerHTML = kept.html
  box.addEventListener('click', ({ target, clientX, clientY }) => {
    const on = wordsOf(target as Element)
    pressed = on ? { x: clientX, y: clientY, on } : undefined
  })
  document.body.append(box)
  // By which a measure of the start knows that what was painted first was this.
  performance.mark(NAME)
  setTimeout(drop, PATIENCE_MS)
  // The app's code would run before the first frame, and keep it from the screen. A window that is not seen has none.
  await Promise.race([new Promise((done) => requestAnimationFrame(() => setTimeout(done))), new Promise((done) => setTimeout(done, 100))])
}

/** Takes it away: the app stands behind it. */
export function drop() {
  document.getElementById(NAME)?.remove()
  const at = pressed && document.elementFromPoint(pressed.x, pressed.y)
  if (at && wordsOf(at) === pressed?.on) at.closest<HTMLElement>('a, button')?.click()
  pressed = undefined
}

function read(): Kept | undefined {
  try {
    return JSON.parse(firstScreen() ?? '') as Kept
  } catch {
    return undefined
  }
}

/** What was written last, and the writing: one after the other, so that what is forgotten is not written after it. */
let last: string | null | undefined
let writing = Promise.resolve()
function write(screen: string | null) {
  if (screen === last) return
  last = screen
  // Where it cannot be kept, the next start is as slow as the first.
  writing = writing.then(() => keepFirstScreen(screen)).then(() => undefined, () => undefined)
}

/** Keeps what the first screen looks like once it stands still, and again whenever it does after it has changed. */
export function keep() {
  last = undefined
  let waits: ReturnType<typeof setTimeout> | undefined
  const wait = () => {
    clearTimeout(waits)
    waits = setTimeout(save, STILL_MS)
  }
  new MutationObserver(wait).observe(document.getElementById('app')!, { subtree: true, childList: true, characterData: true })
  onChanged(({ collections }) => {
    if (!collections.includes('news')) return
    write(null)
    wait()
  })
}

function save() {
  const app = document.getElementById('app')!
  const first = location.pathname === firstPath() && !location.search && app.querySelector('[data-testid^=row-news-]')
  if (!first || [...app.querySelectorAll('.scroll')].some((box) => box.scrollTop > 0)) return
  const { lang, dataset } = document.documentElement
  const kept: Kept = { of: ofNow(), lang, root: { ...dataset }, styles: sheets(), html: pictured(app) }
  write(JSON.stringify(kept))
}

function pictured(app: Element): string {
  // In a document that loads nothing: a copied picture would be fetched.
  const copy = document.implementation.createHTMLDocument('').importNode(app, true)
  for (const one of copy.querySelectorAll<HTMLElement>('*')) {
    for (const name of ['id', 'href', 'data-testid']) one.removeAttribute(name)
    // The core is not open yet to answer for pictures; without any, a browser draws a frame.
    if (one.matches('img')) one.setAttribute('src', BLANK)
    if (one.matches('a, button, input, [tabindex]')) one.tabIndex = -1
    if (one.dataset.before === 'unseen') one.style.visibility = 'hidden'
    if (one.dataset.before === 'empty') one.replaceChildren()
  }
  return copy.innerHTML
}
