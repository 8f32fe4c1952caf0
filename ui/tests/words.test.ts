import { describe, expect, it } from 'vitest'
import type { Code, Letter, Row, SyncState } from '../src/bindings'
import { filterOf, queryOf } from '../src/filter'
import { articleClock, articleStamp, bytes, dayOf, daysAgo, longDay, lunar, stamp } from '../src/format'
import { beginsDay, dayName } from '../src/headings'
import { negotiate } from '../src/i18n'
import { cells, letterAt } from '../src/letters'
import { judge, mapLink } from '../src/links'
import { badge, isOlder } from '../src/sync'
import { problem, rowLine } from '../src/words'
import { t } from './help'

const now = new Date('2026-11-22T10:00:00+08:00')

describe('dates', () => {
  it('writes lunar days as people do', () => {
    const on = (day: string) => lunar(new Date(`${day}T12:00:00+08:00`))
    expect(on('2026-11-22')).toBe('十月十四')
    expect(on('2026-02-17')).toBe('正月初一')
    expect(on('2027-01-10')).toBe('腊月初三')
    expect(on('2026-12-30')).toBe('冬月廿二')
    expect(on('2025-08-01')).toBe('闰六月初八')
    expect(on('2026-11-18')).toBe('十月初十')
    expect(on('2026-11-28')).toBe('十月二十')
    expect(on('2026-12-08')).toBe('十月三十')
  })

  it('tells time in the city, wherever the reader is', () => {
    expect(stamp('2026-11-21T17:30:00Z')).toBe('2026-11-22 01:30')
    expect(dayOf('2026-11-21T16:00:00Z')).toBe('2026-11-22')
    expect(daysAgo('2026-11-21T15:59:59Z', now)).toBe(1)
  })

  it('shows no time of day where the source gave none', () => {
    expect([articleStamp('2026-11-21T16:00:00Z'), articleClock('2026-11-21T16:00:00Z')]).toEqual(['2026-11-22', ''])
    expect([articleStamp('2026-11-21T16:01:00Z'), articleClock('2026-11-21T16:01:00Z')]).toEqual(['2026-11-22 00:01', '00:01'])
  })

  it('names the year only when it is another one', () => {
    expect(longDay('2026-11-20T04:00:00Z', 'zh-CN', now)).toBe('11月20日周五')
    expect(longDay('2025-11-20T04:00:00Z', 'zh-CN', now)).toContain('2025年')
  })

  it('writes sizes', () => {
    expect(bytes(1_234_567, 'en')).toBe('1.2 MB')
    expect(bytes(121_300_000, 'en')).toBe('121 MB')
  })
})

describe('headings', () => {
  const row = (date: string) => ({ date }) as Row
  it('calls today and yesterday by name', () => {
    expect(dayName(t, '2026-11-21T16:30:00Z', 'zh-CN', now)).toBe('今天')
    expect(dayName(t, '2026-11-21T15:30:00Z', 'zh-CN', now)).toBe('昨天')
    expect(dayName(t, '2026-11-20T04:00:00Z', 'zh-CN', now)).toBe('11月20日周五')
  })
  it('stands above the first row of a day, and above the first row after the lead', () => {
    const morning = row('2026-11-22T01:00:00Z')
    const night = row('2026-11-21T17:00:00Z')
    const before = row('2026-11-21T15:00:00Z')
    expect(beginsDay(morning, undefined, 0, false)).toBe(true)
    expect(beginsDay(morning, undefined, 0, true)).toBe(false)
    expect(beginsDay(night, morning, 1, true)).toBe(true)
    expect(beginsDay(night, morning, 1, false)).toBe(false)
    expect(beginsDay(before, night, 2, false)).toBe(true)
    expect(beginsDay(before, undefined, 100, false)).toBe(false)
  })
})

describe('letters', () => {
  const letters: Letter[] = [
    { letter: 'A', offset: 0, count: 3 },
    { letter: 'L', offset: 3, count: 10 },
    { letter: '#', offset: 13, count: 2 },
  ]
  it('shows the whole alphabet of initials, with # last', () => {
    const all = cells(letters)
    expect(all.map((cell) => cell.letter).join('')).toBe('ABCDEFGHJKLMNOPQRSTWXYZ#')
    expect(all.find((cell) => cell.letter === 'L')?.offset).toBe(3)
    expect(all.find((cell) => cell.letter === 'B')?.offset).toBeUndefined()
  })
  it('knows under which letter a row stands', () => {
    expect([0, 2, 3, 12, 13, 99].map((index) => letterAt(letters, index))).toEqual(['A', 'A', 'L', 'L', '#', '#'])
  })
})

describe('the sync badge', () => {
  const idle: SyncState = { phase: 'idle', done: 0, total: 0, contentAsOf: '2026-11-22T01:30:00Z', lastSuccess: null, problem: null, minApp: null }
  const say = (part: Partial<SyncState>) => badge(t, { ...idle, ...part }, 'zh-CN', now)
  it.each<[Partial<SyncState>, string, string]>([
    [{}, 'calm', '内容截至 09:30'],
    [{ contentAsOf: '2026-11-20T01:30:00Z' }, 'calm', '内容截至 11月20日周五'],
    [{ problem: 'offline' }, 'warn', '没有网络，内容截至 09:30'],
    [{ problem: 'server' }, 'warn', '更新未成功，内容截至 09:30'],
    [{ contentAsOf: null }, 'warn', '还没有内容'],
    [{ phase: 'opening' }, 'busy', '正在打开自带内容'],
    [{ phase: 'checking', problem: 'offline' }, 'busy', '正在检查更新'],
    [{ phase: 'fetching', done: 1, total: 3 }, 'busy', '正在更新 33%'],
    [{ phase: 'fetching', done: 9, total: 3 }, 'busy', '正在更新 100%'],
    [{ phase: 'fetching', done: 9, total: 0 }, 'busy', '正在更新'],
    [{ phase: 'applying' }, 'busy', '正在写入'],
  ])('%o', (part, tone, text) => {
    expect(say(part)).toEqual({ tone, text })
  })
  it('asks for a newer app only when this one is older', () => {
    expect(isOlder('0.1.0', '0.2.0')).toBe(true)
    expect(isOlder('1.10.0', '1.9.9')).toBe(false)
    expect(isOlder('1.2', '1.2.0')).toBe(false)
  })
})

describe('words', () => {
  it('has a sentence for every code, each its own', () => {
    const codes: Code[] = ['offline', 'timeout', 'server', 'captive_portal', 'untrusted', 'rollback', 'damaged', 'update_app', 'disk_full', 'not_found', 'invalid', 'busy', 'internal']
    const sentences = codes.map((code) => problem(t, code))
    expect(new Set(sentences).size).toBe(codes.length)
    expect(sentences.every((sentence) => /[。]$/.test(sentence))).toBe(true)
  })
  it('tells a directory row from its neighbours', () => {
    const row = { collection: 'agencies', subtitle: '市教育局', county: '鹿城区', phone: '0577-00001234', kind: '' } as Row
    expect(rowLine(row)).toBe('鹿城区 · 0577-00001234')
    expect(rowLine({ ...row, county: '' })).toBe('0577-00001234')
  })
  it('speaks the first language of the reader that it knows, else Chinese', () => {
    expect(negotiate(['it-IT', 'en-GB'])).toBe('it')
    expect(negotiate(['fr', 'en-GB', 'it'])).toBe('en')
    expect(negotiate(['zh-HK', 'en'])).toBe('zh-CN')
    expect(negotiate(['fr'])).toBe('zh-CN')
  })
})

describe('the filter in the address', () => {
  it('goes there and back', () => {
    const filter = filterOf({ text: '公告', kind: '通知', from: '2026-01-01', starred: '1' })
    expect(filterOf(queryOf(filter) as Record<string, unknown>)).toEqual(filter)
    expect(queryOf(filterOf({}))).toEqual({})
  })
  it('takes nothing that is no day, nor a list', () => {
    expect(filterOf({ from: '2026-13-45', to: 'soon', kind: ['a', 'b'] })).toEqual(filterOf({}))
  })
})

describe('links', () => {
  const here = 'tauri://localhost'
  it('asks before the web, not before a call', () => {
    expect(judge('https://www.example.com/a', here)?.ask).toBe(true)
    expect(judge('tel:12345', here)?.ask).toBe(false)
    expect(judge('mailto:a@example.com', here)?.ask).toBe(false)
  })
  it('follows nothing else', () => {
    for (const href of ['javascript:alert(1)', 'file:///etc/passwd', 'data:text/html,x', '/news/1', 'https://']) expect(judge(href, here), href).toBeNull()
  })
  it('makes a map link that survives names with brackets', () => {
    expect(mapLink({ lat: 28.0006, lng: 120.6722 }, '鹿城区')).toBe('geo:28.0006,120.6722?q=28.0006,120.6722(%E9%B9%BF%E5%9F%8E%E5%8C%BA)')
  })
})
