import './old'
import { createApp, watch } from 'vue'
import { codeOf, hear, open, setLanguage } from './api'
import type { Code } from './bindings'
import AppShell from './components/AppShell.vue'
import { fluent, setLocale } from './i18n'
import { tellMetered } from './metered'
import { applyPrefs, prefs } from './prefs'
import { makeRouter } from './router'
import './styles/tokens.css'
import './styles/base.css'
import './styles/print.css'

/** Says why nothing can be shown, until it can. Not part of the first screen. */
async function untilOpen(code: Code) {
  const { default: StartTrouble } = await import('./pages/StartTrouble.vue')
  await new Promise<void>((opened) => {
    const screen = createApp(StartTrouble, { code, onOpened: () => (screen.unmount(), opened()) })
    screen.use(fluent).mount('#app')
  })
}

async function start() {
  applyPrefs()
  const opening = open().then(() => undefined, codeOf)
  await Promise.all([setLocale(prefs.locale), hear()])
  watch(() => prefs.locale, setLocale)
  const trouble = await opening
  if (trouble) await untilOpen(trouble)
  // Not waited for, and no harm if it fails: a notification is in Chinese then.
  watch(() => prefs.locale, (tag) => void setLanguage(tag).catch(() => undefined), { immediate: true })
  tellMetered()
  createApp(AppShell).use(makeRouter()).use(fluent).mount('#app')
}

void start()
