// Every screen × {phone, desktop} × {light, dark} × {标准, 长辈版}, and the main ones at other widths, on the built UI with a
// pretended Rust side: runs axe over it, takes its picture, and fails on any violation, any script error, any breach
// of the CSP, any sideways scrolling and any target too small for a thumb.
//
//   npm run build && npm run matrix            everything; pictures in shots/
//   npm run matrix -- news                     only screens whose name contains "news"
//   npm run matrix -- news phone-light         and of these only the views whose name contains "phone-light"

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { installLetters } from './mock-letters.mjs'
import { installMock } from './mock.mjs'
import { screens } from './screens.mjs'
import { serve } from './serve.mjs'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const SHOTS = here('../shots')
const AXE = readFileSync(here('../node_modules/axe-core/axe.min.js'), 'utf8')
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
const only = process.argv[2] ?? ''
const onlyViews = (process.argv[3] ?? '').split(',')

const devices = [
  { name: 'phone', viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  { name: 'desk', viewport: { width: 1280, height: 800 } },
]
/** 320 px is WCAG's reflow (1280 at 400 %), 640 px is 200 % zoom. */
const widths = [320, 360, 640, 768, 900, 1440].map((width) => ({ name: `w${width}`, viewport: { width, height: width < 500 ? 640 : 900 } }))
const looks = ['light', 'dark'].flatMap((theme) => ['std', 'elder'].map((size) => ({ theme, size })))
const views = [...devices.flatMap((device) => looks.map((look) => ({ device, look }))), ...widths.map((device) => ({ device, look: looks[0] }))]
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
  await page.addInitScript(({ size, locale }) => {
    localStorage.clear() // what another screen chose
    localStorage.setItem('size', size)
    localStorage.setItem('locale', locale)
  }, { size: look.size, locale: screen.locale ?? 'zh-CN' })
  await page.addInitScript(() => Object.freeze(Object.prototype)) // as Tauri's freezePrototype does
  await page.addInitScript(installMock, { pictures: '/picture/', ...screen.scenario })
  await page.addInitScript(installLetters, screen.scenario ?? {})
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
  await page.close()
  return { name, screen: screen.name, faults }
}

/** Buttons and links that a thumb would miss. Letters of the rail (24 px, WCAG's least) and links in running text are exempt. */
const smallTargets = (page, least) =>
  page.evaluate((least) => {
    const found = []
    for (const element of document.querySelectorAll('a[href], button, select, input, [role=radio]')) {
      if (element.closest('.rail, .prose, .skip, label') || element.classList.contains('skip')) continue
      const { width, height } = element.getBoundingClientRect()
      const seen = width && getComputedStyle(element).visibility === 'visible'
      if (seen && (width < least - 0.5 || height < least - 0.5)) found.push(`target ${Math.round(width)}×${Math.round(height)}: ${element.className} ${element.textContent.trim().slice(0, 20)}`)
    }
    return [...new Set(found)]
  }, least)

/** One page with every picture of a device, and a picture of it. */
async function sheet(browser, results, device) {
  const names = results.map((result) => result.name).filter((name) => name.includes(`-${device.name}-`))
  const figures = names.map((name) => `<figure><img src="${name}.png"><figcaption>${name}</figcaption></figure>`).join('')
  const style = `body{font:12px sans-serif;margin:8px}main{display:grid;grid-template-columns:repeat(${device.name === 'phone' ? 8 : 4},1fr);gap:8px}figure{margin:0}img{width:100%;border:1px solid #ccc}`
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
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
  const wanted = screens.filter((screen) => only.split(',').some((part) => screen.name.includes(part)))
  const jobs = wanted.flatMap((screen) => views.filter((view) => onlyViews.some((part) => keyOf(view).includes(part)) && (screen.reflow || devices.includes(view.device))).map((view) => [screen, view]))
  const results = []
  const contexts = new Map()
  for (const view of views) contexts.set(keyOf(view), await open(browser, view))
  async function work() {
    for (let job = jobs.shift(); job; job = jobs.shift()) {
      try {
        results.push(await check(contexts.get(keyOf(job[1])), origin, ...job))
      } catch (error) {
        results.push({ name: `${job[0].name}-${keyOf(job[1])}`, faults: [`failed: ${String(error).split('\n')[0]}`] })
      }
    }
  }
  await Promise.all([work(), work(), work()])
  results.sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const device of [...devices, { name: 'w320' }, { name: 'w768' }, { name: 'w1440' }]) await sheet(browser, results, device)
  await browser.close()
  server.close()

  const bad = results.filter((result) => result.faults.length)
  for (const { name, faults } of bad) console.error(`${name}\n  ${faults.join('\n  ')}`)
  console.log(`${wanted.length} screens, ${results.length} views, ${bad.length} with faults`)
  process.exit(bad.length ? 1 : 0)
}

await main()
