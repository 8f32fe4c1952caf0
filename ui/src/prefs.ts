/** How this person wants to see the app. Kept on the device, applied to the root element. */
import { reactive, watchEffect } from 'vue'
import { useLocalStorage, usePreferredDark } from '@vueuse/core'
import { negotiate, type Locale } from './i18n'

export type Size = 'std' | 'large' | 'elder'
export type Theme = 'system' | 'light' | 'dark'

export const prefs = reactive({
  size: useLocalStorage<Size>('size', 'std'),
  theme: useLocalStorage<Theme>('theme', 'system'),
  locale: useLocalStorage<Locale>('locale', negotiate(navigator.languages)),
})

/** Pixels of one rem, as tokens.css sets them. */
export const rem = () => ({ std: 16, large: 19, elder: 22 })[prefs.size]

/** Keeps the root element's attributes in step; called once. */
export function applyPrefs() {
  const systemDark = usePreferredDark()
  watchEffect(() => {
    const root = document.documentElement
    const dark = prefs.theme === 'system' ? systemDark.value : prefs.theme === 'dark'
    root.dataset.size = prefs.size
    root.dataset.theme = dark ? 'dark' : 'light'
  })
}
