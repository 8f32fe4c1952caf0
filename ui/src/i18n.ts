/** Fluent: the same .ftl files as the Rust side. Keys and variables are typed by `messages.d.ts`. */
import { FluentBundle, FluentResource } from '@fluent/bundle'
import { negotiateLanguages } from '@fluent/langneg'
import { createFluentVue, useFluent } from 'fluent-vue'
import chinese from '@locales/zh-CN/app.ftl?raw'
import chineseLetters from '@locales/zh-CN/petitions.ftl?raw'
import type { MessageKey, Messages } from './messages'

/** Languages, each in its own name. */
export const locales = { 'zh-CN': '简体中文', en: 'English', it: 'Italiano' } as const
export type Locale = keyof typeof locales

/** The language to start in: the first of the person's that the app speaks, else Chinese. */
export function negotiate(wanted: readonly string[]): Locale {
  const [best] = negotiateLanguages(wanted, Object.keys(locales), { defaultLocale: 'zh-CN', strategy: 'lookup' })
  return best as Locale
}

function bundle(locale: Locale, ...sources: string[]) {
  const made = new FluentBundle(locale, { useIsolating: false }) // as in Rust
  for (const source of sources) made.addResource(new FluentResource(source))
  return made
}

const fallback = bundle('zh-CN', chinese, chineseLetters)
export const fluent = createFluentVue({ bundles: [fallback] })

/** The other languages, fetched when chosen: the first screen does not carry them. */
const others = {
  en: () => Promise.all([import('@locales/en/app.ftl?raw'), import('@locales/en/petitions.ftl?raw')]),
  it: () => Promise.all([import('@locales/it/app.ftl?raw'), import('@locales/it/petitions.ftl?raw')]),
}

export async function setLocale(locale: Locale) {
  const first = locale === 'zh-CN' ? [] : [bundle(locale, ...(await others[locale]()).map((file) => file.default))]
  fluent.bundles = [...first, fallback]
  document.documentElement.lang = locale
}

type Args<K extends MessageKey> = Messages[K] extends undefined ? [] : [Messages[K]]
export type Translate = <K extends MessageKey>(key: K, ...args: Args<K>) => string

/** Typed `t`: an unknown key or a missing variable does not compile. */
export function useT(): Translate {
  const { $t } = useFluent()
  return (key, ...args) => $t(key, ...(args as [Record<string, string | number>?]))
}
