import './old'
import { createApp, watch } from 'vue'
import AppShell from './components/AppShell.vue'
import { fluent, setLocale } from './i18n'
import { applyPrefs, prefs } from './prefs'
import { makeRouter } from './router'
import './styles/tokens.css'
import './styles/base.css'

async function start() {
  applyPrefs()
  await setLocale(prefs.locale)
  watch(() => prefs.locale, setLocale)
  createApp(AppShell).use(makeRouter()).use(fluent).mount('#app')
}

void start()
