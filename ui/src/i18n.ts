/** Fluent: the same .ftl files as the Rust side. Keys and variables are typed by `messages.d.ts`. */
import { FluentBundle, FluentResource } from '@fluent/bundle'
import { negotiateLanguages } from '@fluent/langneg'
import { createFluentVue, useFluent } from 'fluent-vue'
import chinese from '@locales/zh-CN/app.ftl?raw'
import type { MessageKey, Messages } from './messages'

/** Languages, each in its own name. */
export const locales = { 'zh-CN': '简体中文', en: 'English', it: 'Italiano' } as const
export type Locale = keyof typeof locales

/** The language to start in: the first of the person's that the app speaks, else Chinese. */
export function negotiate(wanted: readonly string[]): Locale {
  const [best] = negotiateLanguages(wanted, Object.keys(locales), { defaultLocale: 'zh-CN', strategy: 'lookup' })
  return best as Locale
}

function bundle(locale: Locale, source: string) {
  const made = new FluentBundle(locale, { useIsolating: false }) // as in Rust
  made.addResource(new FluentResource(source))
  return made
}

const fallback = bundle('zh-CN', chinese)
export const fluent = createFluentVue({ bundles: [fallback] })

/** The other languages, fetched when chosen: the first screen does not carry them. */
const others = { en: () => import('@locales/en/app.ftl?raw'), it: () => import('@locales/it/app.ftl?raw') }
/** The words of the letters, a third of all: fetched for the screens that need them. */
const ofLetters = {
  'zh-CN': () => import('@locales/zh-CN/petitions.ftl?raw'),
  en: () => import('@locales/en/petitions.ftl?raw'),
  it: () => import('@locales/it/petitions.ftl?raw'),
}
const complete = new WeakSet<FluentBundle>()
let letters = false

async function complement(bundles: readonly FluentBundle[]) {
  await Promise.all(
    bundles.map(async (one) => {
      const file = await ofLetters[one.locales[0] as Locale]()
      if (!complete.has(one)) one.addResource(new FluentResource(file.default))
      complete.add(one)
    }),
  )
}

export async function setLocale(locale: Locale) {
  const first = locale === 'zh-CN' ? [] : [bundle(locale, (await others[locale]()).default)]
  const bundles = [...first, fallback]
  if (letters) await complement(bundles)
  fluent.bundles = bundles
  document.documentElement.lang = locale
}

/** Whoever shows letters waits for this; every screen but the first does. */
export async function wordsOfLetters() {
  letters = true
  const bundles = [...fluent.bundles]
  if (bundles.every((one) => complete.has(one))) return
  await complement(bundles)
  // What is on the screen already takes them up.
  fluent.bundles = [...fluent.bundles]
}

type Args<K extends MessageKey> = Messages[K] extends undefined ? [] : [Messages[K]]
export type Translate = <K extends MessageKey>(key: K, ...args: Args<K>) => string

/** Typed `t`: an unknown key or a missing variable does not compile. */
export function useT(): Translate {
  const { $t } = useFluent()
  return (key, ...args) => $t(key, ...(args as [Record<string, string | number>?]))
}
