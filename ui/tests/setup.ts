/** Before every test file: no Rust side, no preferences, a window in Chinese. */
import { afterEach, beforeEach, vi } from 'vitest'
import { enableAutoUnmount } from '@vue/test-utils'
import { wordsOfLetters } from '../src/i18n'
import { sayPainted } from '../src/later'
import { core } from './help'

enableAutoUnmount(afterEach)
sayPainted()
beforeEach(async () => {
  localStorage.clear()
  await core()
  await wordsOfLetters()
})
afterEach(() => vi.useRealTimers())

// happy-dom lays nothing out; a list needs a window to be windowed by: 720 px, with rows of 72 px.
const height = {
  configurable: true,
  get(this: HTMLElement) {
    return this.dataset.index === undefined ? 720 : 72
  },
}
const width = { configurable: true, get: () => 390 }
for (const box of ['client', 'offset']) {
  Object.defineProperty(HTMLElement.prototype, `${box}Height`, height)
  Object.defineProperty(HTMLElement.prototype, `${box}Width`, width)
}
