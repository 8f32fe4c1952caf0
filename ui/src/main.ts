import './old'
import { createApp, watch } from 'vue'
import { hear, setLanguage } from './api'
import AppShell from './components/AppShell.vue'
import { fluent, setLocale } from './i18n'
import { tellMetered } from './metered'
import { applyPrefs, prefs } from './prefs'
import { makeRouter } from './router'
import './styles/tokens.css'
import './styles/base.css'
import './styles/print.css'

async function start() {
  applyPrefs()
  await Promise.all([setLocale(prefs.locale), hear()])
  watch(() => prefs.locale, setLocale)
  // Not waited for, and no harm if it fails: a notification is in Chinese then.
  watch(() => prefs.locale, (tag) => void setLanguage(tag).catch(() => undefined), { immediate: true })
  tellMetered()
  createApp(AppShell).use(makeRouter()).use(fluent).mount('#app')
}

void start()
