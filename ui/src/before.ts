/**
 * What the first screen looked like when it last stood still, shown again at the next start until the app itself is
 * there: a third of a second on a desktop, more than one on a cheap phone, in which the person reads already.
 *
 * It is a picture made of elements and not a screen: nothing in it has the focus, screen readers pass over it, and what
 * tells the time (the day, how fresh the content is) keeps its place unseen. A press on it is made again on the app where
 * the same thing stands. The core keeps it on the device, and forgets it before news change.
 *
 * Rejected: rows drawn by hand before the framework is there, which would be a second list to keep like the first; a
 * picture of pixels, which is as large as the window and blurred on every other.
 */
import { firstScreen, keepFirstScreen, list, onChanged } from './api'
import { firstPath, firstQuery } from './first'
import { after, frame } from './wait'

interface Kept {
  /** The build, the window and the display it was made in. It is shown in no other. */
  of: string
  /** Of the root element: its language, and the data by which styles are chosen. */
  lang: string
  root: DOMStringMap
  /** The styles that came with what stands on the screen; those of the page are there. */
  styles: string
  html: string
}

/** The element, and the mark of when it was put in. */
const NAME = 'before'
/** A row of news: what the first screen is there for. */
const ROW = '[data-testid^=row-news-]'
/** The smallest picture there is. */
const BLANK = 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg"/>'
/** It is never in the way for longer, whatever becomes of the app. */
const PATIENCE_MS = 5000
/** The window brings it along for good; a page that comes so much later than the window finds what is old by then. */
const FRESH_MS = 10_000
/** The screen stands still when nothing has changed for so long. */
const STILL_MS = 1000

/** What a person may choose of how the app looks, as `prefs.ts` keeps it, and what their system prefers. */
const CHOSEN = ['size', 'theme', 'contrast', 'motion', 'locale', 'welcomed']
const PREFERRED = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)', '(prefers-reduced-motion: reduce)']
const ofNow = () =>
  JSON.stringify([
    import.meta.url,
    innerWidth,
    innerHeight,
    CHOSEN.map((name) => localStorage.getItem(name)),
    PREFERRED.map((query) => matchMedia(query).matches),
  ])

/** What was pressed last while it was shown; nothing: ''. */
let pressed = ''
/** What can be pressed there, by what it says that does not pass. */
function wordsOf(at: Element | null | undefined): string {
  const one = at?.closest('a, button')?.cloneNode(true) as Element | undefined
  for (const part of one?.querySelectorAll('[data-before]') ?? []) part.remove()
  return one ? `${one.getAttribute('aria-label') ?? ''} ${one.textContent.trim()}`.trim() : ''
}

/** Addresses of the style sheets that the page names itself. */
const ofPage = [...document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]')].map((link) => link.href)

/** Shows it, where there is one for this window; over once it has been painted. */
export async function show() {
  const kept = read()
  if (kept?.of !== ofNow()) return
  document.documentElement.lang = kept.lang
  Object.assign(document.documentElement.dataset, kept.root)
  const box = document.createElement('div')
  box.id = NAME
  box.setAttribute('aria-hidden', 'true')
  box.innerHTML = kept.html
  // With it, and not by their address: a frame would be lost until they are here. They go when it goes.
  box.prepend(Object.assign(document.createElement('style'), { textContent: kept.styles }))
  box.addEventListener('mousedown', (event) => event.preventDefault()) // or the focus would go there
  box.addEventListener('click', ({ target }) => (pressed = wordsOf(target as Element)))
  document.body.append(box)
  // By which a measure of the start knows that what was painted first was this.
  performance.mark(NAME)
  setTimeout(drop, PATIENCE_MS)
  // The app's code would run before the first frame, and keep it from the screen. A window that is not seen has none.
  await Promise.race([frame(), after(100)])
}

/** Takes it away once the app shows its rows behind it, or whatever else it has to show; before that is painted. */
export function giveWay() {
  const app = document.getElementById('app')!
  const stands = () => location.pathname !== firstPath() || app.querySelector(`${ROW}, [data-testid=problem]`)
  if (stands()) return drop()
  const watch = new MutationObserver(() => {
    if (!stands()) return
    watch.disconnect()
    drop()
  })
  watch.observe(app, { subtree: true, childList: true })
}

/** Takes it away. */
export function drop() {
  document.getElementById(NAME)?.remove()
  if (!pressed) return
  // By its words and not by its place: rows are not measured yet.
  const same = [...document.querySelectorAll<HTMLElement>('#app a, #app button')].filter((one) => wordsOf(one) === pressed)
  pressed = ''
  if (same.length === 1) same[0]!.click()
}

function read(): Kept | undefined {
  const { at, screen } = firstScreen()
  if (performance.timeOrigin - at > FRESH_MS) return undefined
  try {
    return JSON.parse(screen ?? '') as Kept
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
  let known = true
  let changes = 0
  let waits: ReturnType<typeof setTimeout> | undefined
  const wait = () => {
    clearTimeout(waits)
    waits = setTimeout(() => known && save(), STILL_MS)
  }
  new MutationObserver(wait).observe(document.getElementById('app')!, { subtree: true, childList: true, characterData: true })
  onChanged(async ({ collections }) => {
    if (!collections.includes('news')) return
    // Old rows stay on the screen until they are read again, or when that fails: they must not be kept for new ones.
    const mine = ++changes
    known = false
    write(null)
    const read = await list(firstQuery()).then(() => true, () => false)
    if (mine !== changes) return
    known = read
    wait()
  })
}

function save() {
  const app = document.getElementById('app')!
  const first = location.pathname === firstPath() && !location.search && app.querySelector(ROW)
  if (!first || [...app.querySelectorAll('.scroll')].some((box) => box.scrollTop > 0)) return
  const { lang, dataset } = document.documentElement
  const kept: Kept = { of: ofNow(), lang, root: { ...dataset }, styles: stylesOfScreen(), html: pictured(app) }
  write(JSON.stringify(kept))
}

/** Told by their rules, which need no second reading from the disk. */
function stylesOfScreen(): string {
  const came = [...document.styleSheets].filter(({ href }) => !ofPage.includes(href ?? ''))
  return came.flatMap((sheet) => [...sheet.cssRules].map((rule) => rule.cssText)).join('\n')
}

function pictured(app: Element): string {
  // In a document that loads nothing: a copied picture would be fetched.
  const copy = document.implementation.createHTMLDocument('').importNode(app, true)
  for (const one of copy.querySelectorAll<HTMLElement>('*')) {
    for (const name of ['id', 'href', 'data-testid']) one.removeAttribute(name)
    // The core is not open yet to answer for pictures; without any, a browser draws a frame.
    if (one.matches('img')) one.setAttribute('src', BLANK)
    if (one.matches('button, input')) one.tabIndex = -1
    else one.removeAttribute('tabindex')
    if (one.dataset.before === 'unseen') one.style.visibility = 'hidden'
    if (one.dataset.before === 'empty') one.replaceChildren()
  }
  return copy.innerHTML
}
