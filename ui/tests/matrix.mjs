// Every screen × {360, 390, 768, 1280, 1440} × {light, dark} × {标准, 长辈版}, and at 320 px and 200 % in both sizes, on the
// built UI with a pretended Rust side: runs axe over it, takes its picture, and fails on any violation, any script
// error, any breach of the CSP, any sideways scrolling, any target too small for a thumb, any text too small for old
// eyes, and any Chinese that a screen reader would be told to read as another language.
//
//   npm run build && npm run matrix            everything; pictures in shots/
//   npm run matrix -- news                     only screens whose name contains "news"
//   npm run matrix -- news phone-light         and of these only the views whose name contains "phone-light"

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AXE, launch, prepared } from './browser.mjs'
import { smallTargets, smallTexts, unnamedLanguage } from './checks.mjs'
import { screens } from './screens.mjs'
import { serve } from './serve.mjs'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const SHOTS = here('../shots')
const only = process.argv[2] ?? ''
const onlyViews = (process.argv[3] ?? '').split(',')

const wide = (width) => ({ name: `w${width}`, viewport: { width, height: width < 500 ? 640 : 900 } })
const devices = [
  wide(360),
  { name: 'phone', viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  wide(768),
  { name: 'desk', viewport: { width: 1280, height: 800 } },
  wide(1440),
]
/** 320 px is WCAG's reflow (1280 at 400 %), 640 × 400 a desktop at 200 %, as low as a phone on its side: what could be lost there is lost by size, not by colour. */
const edges = [wide(320), { name: 'w640', viewport: { width: 640, height: 400 } }]
/** Where the frame changes, for the screens that have most in it. */
const turn = wide(900)
const looks = ['light', 'dark'].flatMap((theme) => ['std', 'elder'].map((size) => ({ theme, size })))
const views = [
  ...devices.flatMap((device) => looks.map((look) => ({ device, look }))),
  ...edges.flatMap((device) => looks.slice(0, 2).map((look) => ({ device, look }))),
  { device: turn, look: looks[0] },
]
const keyOf = ({ device, look }) => `${device.name}-${look.theme}-${look.size}`

/** A reader in Rome, so that a time shown in the device's zone is seen to be wrong. */
async function open(browser, { device, look }) {
  const { name, ...options } = device
  const context = await browser.newContext({ ...options, colorScheme: look.theme, locale: 'zh-CN', timezoneId: 'Europe/Rome', reducedMotion: 'reduce' })
  await context.clock.setFixedTime(new Date('2026-11-22T10:00:00+08:00'))
  return context
}

async function check(context, origin, screen, { device, look }) {
  const page = await context.newPage()
  const faults = []
  page.on('pageerror', (error) => faults.push(`script: ${error.message}`))
  page.on('console', (message) => /error|Content Security Policy/i.test(`${message.type()} ${message.text()}`) && !/status of 404/.test(message.text()) && faults.push(`console: ${message.text()}`))
  await prepared(page, screen, look.size)
  await page.goto(origin + screen.path)
  await page.waitForTimeout(250)
  if (screen.act) await screen.act(page, device)
  await page.waitForTimeout(350)

  const name = `${screen.name}-${keyOf({ device, look })}`
  await page.screenshot({ path: join(SHOTS, `${name}.png`) })
  await page.evaluate(AXE)
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))
  for (const { id, help, nodes } of violations) faults.push(`axe ${id}: ${help}: ${nodes.slice(0, 3).map((n) => n.target.join(' ')).join(' | ')}`)
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  if (wide > 0) faults.push(`scrolls sideways by ${wide} px`)
  faults.push(...(await smallTargets(page, look.size === 'elder' ? 60 : 44)))
  // Std: the smallest of the type scale; elder: 适老化's 18 dp for all text, not only for running text.
  faults.push(...(await smallTexts(page, look.size === 'elder' ? 18 : 14)))
  if (screen.locale) faults.push(...(await unnamedLanguage(page)))
  await page.close()
  return { name, screen: screen.name, faults }
}

/** One page with every picture of a device, and a picture of it. */
async function sheet(browser, results, device) {
  const names = results.map((result) => result.name).filter((name) => name.includes(`-${device.name}-`))
  const figures = names.map((name) => `<figure><img src="${name}.png"><figcaption>${name}</figcaption></figure>`).join('')
  const style = `body{font:12px sans-serif;margin:8px}main{display:grid;grid-template-columns:repeat(${device.name === 'phone' || device.viewport.width < 500 ? 8 : 4},1fr);gap:8px}figure{margin:0}img{width:100%;border:1px solid #ccc}`
  const file = join(SHOTS, `sheet-${device.name}.html`)
  writeFileSync(file, `<!doctype html><meta charset="utf-8"><style>${style}</style><main>${figures}</main>`)
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } })
  await page.goto(`file://${file}`)
  await page.screenshot({ path: file.replace('.html', '.png'), fullPage: true })
  await page.close()
}

async function main() {
  if (!only) rmSync(SHOTS, { recursive: true, force: true })
  mkdirSync(SHOTS, { recursive: true })
  const server = await serve()
  const origin = `http://127.0.0.1:${server.address().port}`
  const browser = await launch()
  const wanted = screens.filter((screen) => only.split(',').some((part) => screen.name.includes(part)))
  const jobs = wanted.flatMap((screen) => views.filter((view) => onlyViews.some((part) => keyOf(view).includes(part)) && (screen.reflow || view.device !== turn)).map((view) => [screen, view]))
  const results = []
  const all = jobs.length
  // Told when found: the whole takes the better part of an hour, and a run that is ended must not have been for nothing.
  const tell = (result) => {
    results.push(result)
    if (result.faults.length) console.error(`${result.name}\n  ${result.faults.join('\n  ')}`)
    if (results.length % 100 === 0) console.log(`${results.length} of ${all} views`)
  }
  async function work() {
    // Of its own: pages of one context share what is stored, and one would be told of another's language.
    const contexts = new Map()
    for (let job = jobs.shift(); job; job = jobs.shift()) {
      try {
        const key = keyOf(job[1])
        if (!contexts.has(key)) contexts.set(key, await open(browser, job[1]))
        tell(await check(contexts.get(key), origin, ...job))
      } catch (error) {
        tell({ name: `${job[0].name}-${keyOf(job[1])}`, faults: [`failed: ${String(error).split('\n')[0]}`] })
      }
    }
  }
  await Promise.all([work(), work(), work()])
  results.sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const device of [...devices, ...edges]) await sheet(browser, results, device)
  await browser.close()
  server.close()

  const bad = results.filter((result) => result.faults.length).length
  console.log(`${wanted.length} screens, ${results.length} views, ${bad} with faults`)
  process.exit(bad ? 1 : 0)
}

await main()
