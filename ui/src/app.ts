import { createApp, watch } from 'vue'
import { setLanguage } from './api'
import type { Code } from './bindings'
import { drop, giveWay, keep } from './before'
import AppShell from './components/AppShell.vue'
import { fluent, setLocale, wordsOfLetters } from './i18n'
import { sayPainted } from './later'
import { tellMetered } from './metered'
import { applyPrefs, prefs } from './prefs'
import { makeRouter } from './router'

/** Says why nothing can be shown, until it can. Not part of the first screen. */
async function untilOpen(code: Code) {
  drop()
  const { default: StartTrouble } = await import('./pages/StartTrouble.vue')
  await new Promise<void>((opened) => {
    const screen = createApp(StartTrouble, { code, onOpened: () => (screen.unmount(), opened()) })
    screen.use(fluent).mount('#app')
  })
}

/** Shows the app, once its data are `opening`ed and what it shows first is `foreseen`. */
export async function start(opening: Promise<Code | undefined>, foreseen: Promise<void>) {
  applyPrefs()
  await setLocale(prefs.locale)
  watch(() => prefs.locale, setLocale)
  const trouble = await opening
  if (trouble) await untilOpen(trouble)
  await foreseen
  const router = makeRouter()
  createApp(AppShell).use(router).use(fluent).mount('#app')
  sayPainted()
  void router.isReady().then(giveWay)
  keep()
  // For what opens on top of the first screen; what is asked for here is painted already.
  void wordsOfLetters().catch(() => undefined)
  // Not waited for, and no harm if it fails: a notification is in Chinese then.
  watch(() => prefs.locale, (tag) => void setLanguage(tag).catch(() => undefined), { immediate: true })
  tellMetered()
}
