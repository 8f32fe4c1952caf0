/** How this person wants to see the app. Kept on the device, applied to the root element. */
import { nextTick, reactive, watchEffect } from 'vue'
import { useLocalStorage, usePreferredContrast, usePreferredDark, usePreferredReducedMotion } from '@vueuse/core'
import { negotiate, type Locale } from './i18n'

export type Size = 'std' | 'large' | 'elder'
export type Theme = 'system' | 'light' | 'dark'
/** `system` follows what the system says its person prefers. */
export type Contrast = 'system' | 'more'
export type Motion = 'system' | 'less'

export const prefs = reactive({
  size: useLocalStorage<Size>('size', 'std'),
  theme: useLocalStorage<Theme>('theme', 'system'),
  contrast: useLocalStorage<Contrast>('contrast', 'system'),
  motion: useLocalStorage<Motion>('motion', 'system'),
  locale: useLocalStorage<Locale>('locale', negotiate(navigator.languages)),
  /** The first start's questions were answered, or passed over. */
  welcomed: useLocalStorage('welcomed', false),
})

/** Forgets all of it, as on a device that was never used. */
export async function forgetPrefs() {
  Object.assign(prefs, { size: 'std', theme: 'system', contrast: 'system', motion: 'system', locale: negotiate(navigator.languages), welcomed: false })
  // They are written when they change; then nothing is left of them.
  await nextTick()
  localStorage.clear()
}

/** Where the app begins: 长辈版 has a home of its own. */
export const home = () => (prefs.size === 'elder' ? '/home' : '/news')

/** Pixels of one rem, as tokens.css sets them. */
export const rem = () => ({ std: 16, large: 19, elder: 22 })[prefs.size]

/** Keeps the root element's attributes in step; called once. */
export function applyPrefs() {
  const systemDark = usePreferredDark()
  const systemContrast = usePreferredContrast()
  const systemMotion = usePreferredReducedMotion()
  watchEffect(() => {
    const root = document.documentElement
    const dark = prefs.theme === 'system' ? systemDark.value : prefs.theme === 'dark'
    root.dataset.size = prefs.size
    root.dataset.theme = dark ? 'dark' : 'light'
    root.dataset.contrast = prefs.contrast === 'more' || systemContrast.value === 'more' ? 'more' : 'usual'
    root.dataset.motion = prefs.motion === 'less' || systemMotion.value === 'reduce' ? 'less' : 'usual'
  })
}
