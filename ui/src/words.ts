/** The words for what the core says in codes. One place each, so that no screen invents its own. */
import type { Translate } from './i18n'
import type { Code, Collection, MarkKind, Row } from './bindings'

export const articles = ['news', 'notices'] as const
export const directories = ['leaders', 'agencies', 'phones', 'schools', 'hospitals'] as const
/** The collections a person can open, in the order of the tabs. */
export const shown = [...articles, ...directories, 'petitions'] as const

export type Article = (typeof articles)[number]
export type Directory = (typeof directories)[number]

export const isArticle = (collection: Collection): collection is Article => (articles as readonly Collection[]).includes(collection)

/** Read rather than looked up: articles and letters. */
export const isText = (collection: Collection) => isArticle(collection) || collection === 'petitions'

/**
 * The language of words that somebody wrote (WCAG 3.1.2): Chinese where Chinese characters stand in them. What the city
 * publishes is Chinese; what a person writes need not be, and nothing says what else it is.
 */
export const tongue = (text?: string | null) => (text && /\p{Script=Han}/u.test(text) ? 'zh-CN' : undefined)

/** Where a collection's list lives. */
export function pathOf(collection: Collection): string {
  if (collection === 'petitions') return '/petitions/public'
  return isArticle(collection) ? `/${collection}` : `/directory/${collection}`
}

export function collectionName(t: Translate, collection: Collection): string {
  switch (collection) {
    case 'news': return t('collection-news')
    case 'notices': return t('collection-notices')
    case 'leaders': return t('collection-leaders')
    case 'agencies': return t('collection-agencies')
    case 'phones': return t('collection-phones')
    case 'schools': return t('collection-schools')
    case 'hospitals': return t('collection-hospitals')
    case 'calendar': return t('collection-calendar')
    case 'petitions': return t('collection-petitions')
  }
}

export function markName(t: Translate, mark: MarkKind): string {
  switch (mark) {
    case 'withdrawn': return t('mark-withdrawn')
    case 'repealed': return t('mark-repealed')
    case 'expired': return t('mark-expired')
  }
}

/** What went wrong and what to do, in a sentence. */
export function problem(t: Translate, code: Code): string {
  switch (code) {
    case 'offline': return t('problem-offline')
    case 'timeout': return t('problem-timeout')
    case 'server': return t('problem-server')
    case 'captive_portal': return t('problem-captive-portal')
    case 'untrusted': return t('problem-untrusted')
    case 'rollback': return t('problem-rollback')
    case 'damaged': return t('problem-damaged')
    case 'sealed': return t('problem-sealed')
    case 'update_app': return t('problem-update-app')
    case 'disk_full': return t('problem-disk-full')
    case 'not_found': return t('problem-not-found')
    case 'invalid': return t('problem-invalid')
    case 'busy': return t('problem-busy')
    case 'refused': return t('problem-refused')
    case 'wrong_code': return t('problem-wrong-code')
    case 'too_many': return t('problem-too-many')
    case 'too_many_topics': return t('problem-too-many-topics')
    // Whoever asked again does not show it.
    case 'cancelled':
    case 'internal': return t('problem-internal')
  }
}

/** Why the app's own data could not be opened at the start, in a few words. */
export function openingTitle(t: Translate, code: Code): string {
  switch (code) {
    case 'update_app': return t('opening-update-app')
    case 'disk_full': return t('opening-disk-full')
    case 'busy': return t('opening-busy')
    case 'sealed': return t('opening-sealed')
    default: return t('opening-other')
  }
}

/** And what to do. */
export function openingHint(t: Translate, code: Code): string {
  switch (code) {
    case 'update_app': return t('opening-update-app-hint')
    case 'disk_full': return t('opening-disk-full-hint')
    case 'busy': return t('opening-busy-hint')
    case 'sealed': return t('opening-sealed-hint')
    default: return t('opening-other-hint')
  }
}

/** The line under a directory's row: what tells it from its neighbours. */
export function rowLine(row: Row): string {
  const parts: Record<Directory, string[]> = {
    leaders: [row.subtitle],
    agencies: [row.county, row.phone],
    phones: [row.kind, row.phone],
    schools: [row.kind, row.subtitle, row.county],
    hospitals: [row.subtitle || row.kind, row.county],
  }
  return (parts[row.collection as Directory] ?? [row.subtitle]).filter(Boolean).join(' · ')
}
