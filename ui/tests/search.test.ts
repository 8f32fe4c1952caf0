/** 查找 as a person meets it: mounted whole, on the pretended Rust side. */
import { flushPromises } from '@vue/test-utils'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import AppShell from '../src/components/AppShell.vue'
import { merge } from '../src/facets'
import { questionOf, useSearch } from '../src/search'
import { toasts } from '../src/toast'
import { followWords } from '../src/topics'
import { at, by, core, inScope, page } from './help'
import type { Mock } from './mock.mjs'

const see = (id: string) => vi.waitFor(() => (expect(by(id).exists(), id).toBe(true), by(id)), { timeout: 10_000 })
const called = (mock: Mock, command: string) => mock.calls.filter((call) => call.command === command)
const hits = () => page.findAll('.hits a[data-hit]')

async function open(path: string, scenario: Parameters<typeof core>[0] = {}) {
  const mock = await core(scenario)
  const { router } = await at(path, AppShell)
  await see('find')
  await flushPromises()
  return { mock, router }
}
async function type(text: string) {
  await by('find').setValue(text)
  await flushPromises()
}
const press = (key: string) => document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))

describe('the question', () => {
  it('is read from an address, and nonsense in it is left out', () => {
    const question = questionOf({ q: '公积金', in: 'notices', county: '乐清市', from: '2026-13-99', sort: 'up' })
    expect(question).toEqual({ text: '公积金', collection: 'notices', county: '乐清市', department: null, from: null, to: null, sort: 'relevance' })
    expect(questionOf({ in: 'calendar' }).collection).toBeNull()
  })
  it('has no half of a character', () => {
    expect(questionOf({ q: '虹\ud83d桥\udc00👍', county: '\udfff' })).toMatchObject({ text: '虹桥👍', county: null })
  })
  it('can be narrowed by what all collections have together', () => {
    const of = (value: string, count: number) => ({ value, count })
    expect(merge([[of('乐清市', 2), of('瑞安市', 3)], [of('乐清市', 2)]])).toEqual([of('乐清市', 4), of('瑞安市', 3)])
  })
})

describe('following what was looked for', () => {
  it('takes letters for a word they stand for, and asks which', () => {
    expect(followWords('公积金', ['住房公积金'])).toEqual(['公积金'])
    expect(followWords('gjj', ['公积金', '国际机'])).toEqual(['公积金', '国际机'])
    expect(followWords('gjj 提取', ['公积金'])).toEqual(['公积金 提取'])
    expect(followWords('ETC', [])).toEqual(['ETC'])
    expect(followWords('gjj tq', ['公积金', '提取'])).toEqual([])
    expect(followWords('', [])).toEqual([])
  })
  it('follows the word and not the letters', async () => {
    const { mock } = await open('/search?q=gjj', { expanded: ['公积金', '国际机'] })
    await see('follow')
    expect(page.findAll('[data-testid="follow"]').map((one) => one.text())).toEqual(['订阅“公积金”', '订阅“国际机”'])
    await by('follow').trigger('click')
    await flushPromises()
    expect(called(mock, 'follow')[0]!.args.form).toMatchObject({ text: '公积金' })
    toasts.splice(0) // it says so, and would into the next test
  })
})

describe('searching', () => {
  it('answers every key press, places above texts, with the words marked', async () => {
    const { mock } = await open('/search')
    await type('一')
    await type('一网')
    await see('row-news-1')
    expect(called(mock, 'search').map((call) => call.args.query.text)).toEqual(['一', '一网'])
    const turns = called(mock, 'search').map((call) => call.args.turn)
    expect(turns[1]).toBeGreaterThan(turns[0])
    expect(by('row-news-1').find('mark').text()).toBe('一网')
  })

  it('takes half a character from the web view for nothing', async () => {
    const { mock, router } = await open('/search')
    for (const half of ['\ud83d', '\udc4d', '\ud83d\ud83d\udc4d'.slice(0, 2)]) {
      await type(`虹桥${half}`)
      expect((by('find').element as HTMLInputElement).value).toBe(`虹桥${half}`)
      await vi.waitFor(() => expect(router.currentRoute.value.query.q).toBe('虹桥'))
      expect(called(mock, 'search').every((call) => call.args.query.text === '虹桥')).toBe(true)
    }
    await type('虹桥👍')
    await vi.waitFor(() => expect(router.currentRoute.value.query.q).toBe('虹桥👍'))
  })

  it('says of a letter where its case stands, in words', async () => {
    const { mock } = await open('/search')
    mock.rows.petitions.push({ ...mock.rows.agencies[0]!, collection: 'petitions', id: 9, title: '路灯不亮（示例）', subtitle: 'routed', phone: '' })
    await type('路灯不亮')
    const hit = await see('row-petitions-9')
    expect(hit.text()).toContain('待回应')
    expect(hit.text()).not.toContain('routed')
  })

  it('shows the latest answer when an older one comes later', async () => {
    const { mock } = await open('/search')
    mock.scenario.slow = 60
    await type('虹桥')
    mock.scenario.slow = 0
    await type('雁荡')
    await vi.waitFor(() => expect(hits().length).toBeGreaterThan(0))
    await new Promise((done) => setTimeout(done, 90))
    await flushPromises()
    expect(hits().every((hit) => hit.text().includes('雁荡'))).toBe(true)
  })

  it('narrows to one collection, sorts, and keeps both in the address', async () => {
    const { mock, router } = await open('/search?q=一&in=news')
    await see('row-news-1')
    expect(by('scope-news').attributes('aria-pressed')).toBe('true')
    expect(called(mock, 'search')[0]!.args.query).toMatchObject({ collection: 'news', offset: 0, limit: 20 })
    await by('sort').trigger('click')
    await vi.waitFor(() => expect(router.currentRoute.value.query.sort).toBe('date'))
  })

  it('adds further pages at the end, each hit once, and keeps the first page’s counts', async () => {
    await core()
    const { value: search, stop } = inScope(() => useSearch(() => questionOf({ q: '一', in: 'news' })))
    await vi.waitFor(() => expect(search.hits.value).toHaveLength(20))
    search.more()
    await vi.waitFor(() => expect(search.hits.value).toHaveLength(40))
    expect(new Set(search.hits.value.map((hit) => hit.row.id)).size).toBe(40)
    expect(search.answer.value!.counts.length).toBeGreaterThan(0)
    stop()
  })

  it('goes on past what was counted, to an empty page', async () => {
    const mock = await core({ news: 47, counted: 10 })
    mock.rows.news.forEach((row) => (row.title = '一样的标题（示例）'))
    const { value: search } = inScope(() => useSearch(() => questionOf({ q: '一样', in: 'news' })))
    for (const many of [20, 40, 47]) {
      await vi.waitFor(() => expect(search.hits.value).toHaveLength(many))
      expect(search.further.value).toBe(true)
      search.more()
    }
    await vi.waitFor(() => expect(search.further.value).toBe(false))
    expect(search.hits.value).toHaveLength(47)
    const asked = called(mock, 'search').length
    search.more()
    expect(called(mock, 'search')).toHaveLength(asked)
  })

  it('fills a window that no page fills, however little was counted', async () => {
    // Everything is in sight; an element is seen once, when it comes.
    vi.stubGlobal('IntersectionObserver', class {
      constructor(private readonly seen: (entries: unknown[]) => void) {}
      observe = (target: Element) => void setTimeout(() => this.seen([{ isIntersecting: true, target, time: 0 }]))
      unobserve = () => undefined
      disconnect = () => undefined
    })
    onTestFinished(() => void vi.unstubAllGlobals())
    const { mock } = await open('/search', { news: 47, counted: 10 })
    mock.rows.news.forEach((row) => (row.title = '一样的标题（示例）'))
    await type('一样')
    await vi.waitFor(() => expect(hits()).toHaveLength(47))
    await vi.waitFor(() => expect(page.find('.more').exists()).toBe(false))
  })

  it('walks through the hits with the arrows and opens with Enter', async () => {
    const { mock } = await open('/search')
    await type('虹桥')
    await vi.waitFor(() => expect(hits().length).toBeGreaterThan(1))
    ;(by('find').element as HTMLElement).focus()
    press('Enter')
    await flushPromises()
    expect(document.activeElement).toBe(hits()[0]!.element)
    expect(mock.state.recent).toEqual(['虹桥'])
    press('ArrowDown')
    expect(document.activeElement).toBe(hits()[1]!.element)
    press('ArrowUp')
    press('ArrowUp')
    expect(document.activeElement).toBe(by('find').element)
  })

  it('comes back to its box by key, with the words still there', async () => {
    const { router } = await open('/search?q=虹桥')
    await vi.waitFor(() => expect(hits().length).toBeGreaterThan(1))
    ;(hits()[1]!.element as HTMLElement).focus()
    document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true, cancelable: true }))
    await flushPromises()
    expect(document.activeElement).toBe(by('find').element)
    expect((by('find').element as HTMLInputElement).value).toBe('虹桥')
    expect(router.currentRoute.value.query).toEqual({ q: '虹桥' })
  })

  it('finds nothing without leaving anybody alone', async () => {
    const { mock, router } = await open('/search?q=qqqq&county=乐清市')
    const call = await see('call-12345')
    expect(call.attributes('href')).toBe('tel:12345')
    // ↓ comes to what one can do, and what found nothing is not remembered for a call.
    ;(by('find').element as HTMLElement).focus()
    press('ArrowDown')
    expect(document.activeElement).toBe(by('widen').element)
    press('ArrowDown')
    expect(document.activeElement).toBe(call.element)
    await call.trigger('click')
    expect(mock.state.recent).toEqual([])
    await by('widen').trigger('click')
    await vi.waitFor(() => expect(router.currentRoute.value.query).toEqual({ q: 'qqqq' }))
  })

  it('asks what was meant, and takes the answer', async () => {
    await open('/search?q=虹乔', { suggestion: { text: '虹桥', query: '虹桥' } })
    const meant = await see('suggestion')
    ;(by('find').element as HTMLElement).focus()
    press('ArrowDown')
    expect(document.activeElement).toBe(meant.element)
    press('ArrowUp')
    // Enter goes there too, and the same key does not press it.
    expect(press('Enter')).toBe(false)
    expect(document.activeElement).toBe(meant.element)
    await meant.trigger('click')
    await vi.waitFor(() => expect((by('find').element as HTMLInputElement).value).toBe('虹桥'))
  })

  it('says so while the index is being made, and asks again when it has grown', async () => {
    const { mock } = await open('/search?q=虹桥', { index: { type: 'building', done: 10, total: 20 } })
    await vi.waitFor(() => expect(page.text()).toContain('正在整理索引'))
    mock.scenario.index = { type: 'ready' }
    mock.emit('index-changed', null)
    await vi.waitFor(() => expect(page.text()).not.toContain('正在整理索引'), { timeout: 3000 })
  })

  it('finds 长辈版 by its name', async () => {
    await open('/search?q=关爱')
    const way = page.find('a[href="/me/settings"].elder')
    ;(by('find').element as HTMLElement).focus()
    press('ArrowDown')
    expect(document.activeElement).toBe(way.element)
  })
})

describe('recent searches', () => {
  it('are picked, removed one by one, cleared, and switched off', async () => {
    const { mock } = await open('/search', { recent: ['公积金', '医保'] })
    await vi.waitFor(() => expect(page.text()).toContain('公积金'))
    await page.find('[aria-label="删除“公积金”"]').trigger('click')
    await vi.waitFor(() => expect(page.text()).not.toContain('公积金'))
    expect(mock.state.recent).toEqual(['医保'])
    await by('keep-recent').setValue(false)
    await flushPromises()
    expect(called(mock, 'set_recent_searches')[0]!.args.on).toBe(false)
    expect(mock.state.recent).toEqual([])
  })
})
