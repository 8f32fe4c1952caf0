/** Dates, in the city's time wherever the reader is. Not in Fluent: fluent-rs has no DATETIME(). */
import type { Locale } from './i18n'

const timeZone = 'Asia/Shanghai'

/** Made once: making one takes a hundred times as long as using it, and a list of articles uses it for each row. */
const made = new Map<string, Intl.DateTimeFormat>()
function formatter(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = locale + JSON.stringify(options)
  const known = made.get(name) ?? new Intl.DateTimeFormat(locale, options)
  made.set(name, known)
  return known
}

/** China has had one clock, eight hours ahead of UTC, since its last summer time ended in September 1991. */
const AHEAD_MS = 8 * 3_600_000
/** The city's clock, as RFC 3339 writes UTC. By hand: every row asks for it, and a sum is all there is to it. */
const cityClock = (time: string | Date) => new Date(new Date(time).getTime() + AHEAD_MS).toISOString()

/** `2026-11-22`: the day in the city. */
export const dayOf = (time: string | Date) => cityClock(time).slice(0, 10)

/** `2026-11-22 09:30` */
export const stamp = (time: string) => cityClock(time).slice(0, 16).replace('T', ' ')

/** `09:30` */
export const clock = (time: string) => stamp(time).slice(11)

/** As [stamp], for articles: a source that gives only a day is stored as that day's start, which nobody meant. */
export const articleStamp = (time: string) => stamp(time).replace(/ 00:00$/, '')

/** As [clock], for articles; empty where the source gives only a day. */
export const articleClock = (time: string) => articleStamp(time).slice(11)

/** `11月22日周日`; the year only when it is not this one. */
export function longDay(time: string | Date, locale: Locale, now = new Date()): string {
  const year = dayOf(time).slice(0, 4) === dayOf(now).slice(0, 4) ? undefined : 'numeric'
  return formatter(locale, { year, month: 'long', day: 'numeric', weekday: 'short', timeZone }).format(new Date(time))
}

/** `11月22日周日 09:30` by this device's clock and zone, not the city's. */
export const longStamp = (time: string, locale: Locale) =>
  formatter(locale, { month: 'long', day: 'numeric', weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(time))

/** Whole days of the city from `time` to `now`. */
export const daysAgo = (time: string, now = new Date()) => (Date.parse(dayOf(now)) - Date.parse(dayOf(time))) / 86_400_000

/** The day `days` before `now`. */
export const dayBefore = (days: number, now = new Date()) => dayOf(new Date(now.getTime() - days * 86_400_000))

const months = '正二三四五六七八九十冬腊'
const digits = '十一二三四五六七八九'

/** `十月十四`. By hand: Intl writes 十月14日, and names of months differ between web views. */
export function lunar(date: Date): string {
  const parts = formatter('en-u-ca-chinese', { month: 'numeric', day: 'numeric', timeZone }).formatToParts(date)
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? ''
  const month = Number.parseInt(part('month'), 10)
  const day = Number(part('day'))
  if (!month || !day) return ''
  const leap = part('month').endsWith('bis') ? '闰' : ''
  const tens = ['初', '十', '廿', '三'][Math.floor(day / 10)]
  const name = day % 10 ? `${tens}${digits[day % 10]}` : ({ 10: '初十', 20: '二十', 30: '三十' }[day] ?? '')
  return `${leap}${months[month - 1]}月${name}`
}

/** `1.2 MB`; decimal units, as phones show them. A number that JSON could not carry counts as nothing. */
export function bytes(known: number | null, locale: Locale): string {
  const size = known ?? 0
  const [unit, by] = size < 1e6 ? ['kilobyte', 1e3] : size < 1e9 ? ['megabyte', 1e6] : ['gigabyte', 1e9]
  const maximumFractionDigits = size / Number(by) < 10 ? 1 : 0
  return new Intl.NumberFormat(locale, { style: 'unit', unit: String(unit), unitDisplay: 'short', maximumFractionDigits }).format(size / Number(by))
}
