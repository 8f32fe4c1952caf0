// A page of the built UI as the app's window would be, with a pretended Rust side.

import { readFileSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { installLetters } from './mock-letters.mjs'
import { installMock } from './mock.mjs'
import { serve } from './serve.mjs'

/** To be run in a page that is to be checked. */
export const AXE = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] })

export async function prepared(page, screen, size) {
  await page.addInitScript(({ size, locale }) => {
    // What another screen chose. Not clear(): a page that is only being closed hears it, and stores what it goes by without.
    for (const name of Object.keys(localStorage)) if (name !== 'size' && name !== 'locale') localStorage.removeItem(name)
    localStorage.setItem('size', size)
    localStorage.setItem('locale', locale)
  }, { size, locale: screen.locale ?? 'zh-CN' })
  await page.addInitScript(() => Object.freeze(Object.prototype)) // as Tauri's freezePrototype does
  await page.addInitScript(installMock, { pictures: '/picture/', ...screen.scenario })
  await page.addInitScript(installLetters, screen.scenario ?? {})
}

/** A phone of somebody who has the app for a while, at a path: for what is measured there. */
export async function phone(path, scenario) {
  const server = await serve()
  const browser = await launch()
  const page = await browser.newPage({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true })
  await page.addInitScript(() => localStorage.setItem('welcomed', 'true'))
  await page.addInitScript(installMock, scenario)
  await page.addInitScript(installLetters, {})
  await page.goto(`http://127.0.0.1:${server.address().port}${path}`)
  const close = async () => {
    await browser.close()
    server.close()
  }
  return { page, cdp: await page.context().newCDPSession(page), close }
}
