// A page of the built UI as the app's window would be, with a pretended Rust side.

import { installLetters } from './mock-letters.mjs'
import { installMock } from './mock.mjs'

export async function prepared(page, screen, size) {
  await page.addInitScript(({ size, locale }) => {
    localStorage.clear() // what another screen chose
    localStorage.setItem('size', size)
    localStorage.setItem('locale', locale)
  }, { size, locale: screen.locale ?? 'zh-CN' })
  await page.addInitScript(() => Object.freeze(Object.prototype)) // as Tauri's freezePrototype does
  await page.addInitScript(installMock, { pictures: '/picture/', ...screen.scenario })
  await page.addInitScript(installLetters, screen.scenario ?? {})
}
