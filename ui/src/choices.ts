/** What can be chosen about the display, in words: at the first start, in the rail's menu and in the settings. */
import { computed } from 'vue'
import { locales, useT, type Locale } from './i18n'

/** Languages, each in its own name and marked as in it. */
export const languages = (Object.keys(locales) as Locale[]).map((value) => ({ value, label: locales[value], lang: value }))

/** The sizes, in the language that is spoken. */
export function useSizes() {
  const t = useT()
  return computed(() => [
    { value: 'std' as const, label: t('size-std') },
    { value: 'large' as const, label: t('size-large') },
    { value: 'elder' as const, label: t('size-elder') },
  ])
}
