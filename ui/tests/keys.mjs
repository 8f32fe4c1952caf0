// The keyboard walk: every screen of the built UI, with Tab alone, until the focus comes round. Everything that can be
// pressed is reached, nothing holds the focus, and what has it is in view and looks different for it, with a ring that stands
// out from what it lies on (WCAG 1.4.11: 3 to 1).
//
//   npm run build && npm run keys              everything, in the desktop's view
//   npm run keys -- news                       only screens whose name contains "news"

import { AXE, launch, prepared } from './browser.mjs'
import { screens } from './screens.mjs'
import { serve } from './serve.mjs'

const only = (process.argv[2] ?? '').split(',')
/** More stops than any screen has; a walk that takes as many goes in a circle that never meets its beginning. */
const MOST = 400

/** Runs in the page. Names what may be walked to, and answers where the focus is. */
function install() {
  const PRESSABLE = 'a[href], button, input, select, textarea, summary, audio[controls], [tabindex="0"]'
  const look = (element) => {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow, backgroundColor, borderColor } = getComputedStyle(element)
    return [outlineStyle, outlineWidth, outlineColor, boxShadow, backgroundColor, borderColor].join(' ')
  }
  const name = (element) => `${element.tagName.toLowerCase()}.${element.className} ${(element.getAttribute('aria-label') ?? element.textContent).trim().slice(0, 24)}`
  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0
  /** One of a group of radios or of a toolbar stands for all of them: arrows lead to the others. */
  const group = (element) => element.closest('[role=radiogroup], [role=toolbar], [role=tablist]') ?? (element.type === 'radio' ? document.querySelector(`input[name="${element.name}"]`) : undefined)
  // An open dialog holds the focus on purpose: only what is in it is walked.
  const scope = () => document.querySelector('[role=dialog][data-state=open], [role=alertdialog][data-state=open]') ?? document
  const wanted = () => [...scope().querySelectorAll(PRESSABLE)].filter((one) => shown(one) && !one.disabled && one.tabIndex >= 0 && !one.closest('[inert], [aria-hidden=true]'))
  const plain = new Map(wanted().map((one) => [one, look(one)]))
  const { Color, getContrast } = window.axe.commons.color
  const color = (text) => {
    const read = new Color()
    read.parseString(text)
    return read
  }
  /** What colour an element stands on, itself included. */
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const own = color(getComputedStyle(one).backgroundColor)
      if (own.alpha === 1) return own
    }
    return color('rgb(255, 255, 255)')
  }
  const faint = (element) => {
    const { outlineColor, outlineOffset } = getComputedStyle(element)
    return getContrast(ground(parseFloat(outlineOffset) < 0 ? element : element.parentElement), color(outlineColor)) < 3
  }
  const met = new Set()
  let last
  window.walk = {
    /** Where the focus is; `over` when it has been there. */
    step() {
      const one = document.activeElement
      if (!one || one === document.body) return { out: true }
      // A field of a date has stops of its own within.
      if (one === last) return { faults: [] }
      last = one
      if (met.has(one)) return { over: true }
      met.add(one)
      const faults = []
      const box = one.getBoundingClientRect()
      const seen = box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth
      if (!seen) faults.push(`out of view: ${name(one)}`)
      // A label shows the focus of the field in it, a card that of its link.
      const shows = [one, one.parentElement, one.closest('label')].filter(Boolean)
      const ringed = shows.find((box) => getComputedStyle(box).outlineStyle !== 'none' && parseFloat(getComputedStyle(box).outlineWidth) > 0)
      if (one.matches(':focus-visible')) {
        if (!ringed && plain.get(one) === look(one)) faults.push(`looks as without focus: ${name(one)}`)
        if (ringed && faint(ringed)) faults.push(`a ring that is hardly seen: ${name(one)}`)
      }
      return { faults }
    },
    rest: () => {
      const groups = new Set([...met].map(group).filter(Boolean))
      // A windowed list has other rows by now; that it goes on is seen by those that were there at first.
      const missed = wanted().filter((one) => plain.has(one) && !met.has(one) && !groups.has(group(one))).map((one) => `not reached: ${name(one)}`)
      // Rows have one stop for all of them; that it is there at all is not seen by walking.
      const lists = [...scope().querySelectorAll('.rows, .rail, .options, .hits, .letters')].filter((one) => shown(one) && one.querySelector(PRESSABLE))
      return [...missed, ...lists.filter((one) => ![...one.querySelectorAll(PRESSABLE)].some((stop) => stop.tabIndex >= 0)).map((one) => `no stop: ${name(one)}`)]
    },
    count: () => met.size,
  }
}

async function walk(context, origin, screen) {
  const page = await context.newPage()
  await prepared(page, screen, 'std')
  await page.goto(origin + screen.path)
  // A screen that comes late has the focus put on it, in the middle of the walk.
  await page.waitForLoadState('networkidle')
  await page.waitForTimeout(250)
  if (screen.act) await screen.act(page, { name: 'desk' })
  await page.waitForTimeout(250)
  await page.evaluate(AXE)
  await page.evaluate(install)
  const faults = []
  let left = 0
  for (let turn = 0; ; turn++) {
    await page.keyboard.press('Tab')
    const step = await page.evaluate(() => window.walk.step())
    // Out of the document into the browser's own, and in again at its beginning: a screen may begin in its middle.
    if (step.over || (step.out && ++left > 4)) break
    if (turn === MOST) {
      faults.push('the focus does not come round')
      break
    }
    faults.push(...(step.faults ?? []))
  }
  faults.push(...(await page.evaluate(() => window.walk.rest())))
  const stops = await page.evaluate(() => window.walk.count())
  await page.close()
  return { stops, faults: [...new Set(faults)] }
}

const server = await serve()
const origin = `http://127.0.0.1:${server.address().port}`
const browser = await launch()
const jobs = screens.filter((screen) => only.some((part) => screen.name.includes(part)))
let bad = 0
let stops = 0
const all = jobs.length
async function work() {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'zh-CN', reducedMotion: 'reduce' })
  // It goes on: Vue takes a key that comes in the very millisecond a listener was put on for an older one.
  await context.clock.install({ time: new Date('2026-11-22T10:00:00+08:00') })
  for (let screen = jobs.shift(); screen; screen = jobs.shift()) {
    const result = await walk(context, origin, screen).catch((error) => ({ stops: 0, faults: [`failed: ${String(error).split('\n')[0]}`] }))
    stops += result.stops
    if (!result.faults.length) continue
    bad++
    console.error(`${screen.name}\n  ${result.faults.join('\n  ')}`)
  }
}
await Promise.all([work(), work()])
await browser.close()
server.close()
console.log(`${all} screens, ${stops} stops, ${bad} with faults`)
process.exit(bad ? 1 : 0)
