import { reactive } from 'vue'
import { flushPromises } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { filterOf } from '../src/filter'
import { PAGE, pagesOf, usePages, type Query } from '../src/paging'
import { core, inScope } from './help'
import type { Mock } from './mock.mjs'

const offsets = (mock: Mock) => mock.calls.filter((call) => call.command === 'list').map((call) => call.args.query.offset)

describe('usePages', () => {
  it('knows the pages that hold a range', () => {
    expect(pagesOf(0, 99)).toEqual([0])
    expect(pagesOf(95, 105)).toEqual([0, 1])
    expect(pagesOf(-3, 0)).toEqual([0])
    expect(pagesOf(19_950, 20_049)).toEqual([199, 200])
  })

  it('fetches only around what is looked at, once', async () => {
    const mock = await core({ agencies: 20_000 })
    const { value: pages } = inScope(() => usePages(() => ({ collection: 'agencies', filter: filterOf({}) })))
    await flushPromises()
    expect(pages.total.value).toBe(20_000)
    pages.want(15_095, 15_120)
    pages.want(15_096, 15_121)
    await flushPromises()
    expect(offsets(mock)).toEqual([0, 15_000, 15_100])
    expect(pages.row(15_100)?.id).toBe(15_101)
    expect(pages.row(15_200)).toBeUndefined()
    expect(mock.calls.every((call) => (call.args?.query?.limit ?? PAGE) === PAGE)).toBe(true)
  })

  it('reads the pages in view again when records change, and forgets the others', async () => {
    const mock = await core()
    const { value: pages } = inScope(() => usePages(() => ({ collection: 'agencies', filter: filterOf({}) })))
    await flushPromises()
    pages.want(300, 310)
    await flushPromises()
    mock.calls.length = 0
    mock.rows.agencies[305]!.title = '改了名的机构'
    mock.emit('changed', { collections: ['agencies'] })
    await flushPromises()
    expect(offsets(mock)).toEqual([300])
    expect(pages.row(305)?.title).toBe('改了名的机构')
    expect(pages.row(0)).toBeUndefined()
  })

  it('never shows an answer to an older question', async () => {
    const mock = await core({ slow: 20 })
    const query = reactive<Query>({ collection: 'agencies', filter: filterOf({}) })
    const { value: pages } = inScope(() => usePages(() => ({ ...query })))
    query.filter = filterOf({ text: '虹桥' })
    await new Promise((done) => setTimeout(done, 60))
    expect(mock.calls).toHaveLength(2)
    expect(pages.row(0)?.title).toContain('虹桥')
  })

  it('says why nothing came, and tries again when asked', async () => {
    const mock = await core({ fails: { list: 'internal' } })
    const { value: pages } = inScope(() => usePages(() => ({ collection: 'news', filter: filterOf({}) })))
    await flushPromises()
    expect(pages.error.value).toBe('internal')
    mock.scenario.fails = {}
    pages.again()
    await flushPromises()
    expect(pages.error.value).toBeUndefined()
    expect(pages.total.value).toBe(240)
  })
})
