/** 分享, as a person uses it; and the pieces that draw the card. */
import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import AppShell from '../src/components/AppShell.vue'
import * as card from '../src/card'
import { qrOf } from '../src/qr'
import { toasts } from '../src/toast'
import { wrap } from '../src/wrap'
import { at, by, core, page } from './help'
import { installLetters } from './mock-letters.mjs'
import type { Mock, Scenario } from './mock.mjs'

const see = (id: string) => vi.waitFor(() => (expect(by(id).exists(), id).toBe(true), by(id)), { timeout: 10_000 })
const gone = (id: string) => vi.waitFor(() => expect(by(id).exists(), id).toBe(false))
const said = () => vi.waitFor(() => (expect(toasts.length).toBeGreaterThan(0), toasts.at(-1)!))

/** A window as wide as a desktop's, or a phone's. */
function wide(on: boolean) {
  const match = (media: string) => ({ media, matches: on && media.includes('min-width: 900px'), addEventListener: () => undefined, removeEventListener: () => undefined })
  vi.stubGlobal('matchMedia', match)
}
/** What the web view lets a page do. */
function has(name: 'share' | 'canShare' | 'clipboard', value: unknown) {
  Object.defineProperty(navigator, name, { configurable: true, value })
  onTestFinished(() => void Object.defineProperty(navigator, name, { configurable: true, value: undefined }))
}

async function sheet(path = '/news/1', scenario?: Scenario): Promise<Mock> {
  const mock = await core(scenario)
  installLetters()
  await at(path, AppShell)
  const opener = await see('share')
  ;(opener.element as HTMLElement).focus()
  await opener.trigger('click')
  await see('share-ways')
  return mock
}
const names = () => page.findAll('.way').map((way) => way.text())

beforeEach(() => {
  toasts.splice(0)
  wide(true)
  vi.stubGlobal('print', () => undefined)
  onTestFinished(() => void vi.unstubAllGlobals())
})

describe('the sheet', () => {
  it.each(['/news/1', '/notices/3', '/directory/agencies/12', '/directory/leaders/1', '/petitions/public/3'])('opens from %s', async (path) => {
    const mock = await sheet(path)
    const asked = mock.calls.find((call) => call.command === 'share')!
    expect(path.endsWith(`/${asked.args.id}`)).toBe(true)
    expect(page.find('[role="dialog"]').attributes('aria-labelledby')).toBeTruthy()
  })

  it('offers on a desktop what a desktop can', async () => {
    await sheet()
    expect(names()).toEqual(['微博', '微信扫码', '复制链接', '复制文字', '存为图片', '打印/存PDF'])
    expect(document.activeElement, 'the focus begins at the first way').toBe(by('share-weibo').element)
  })

  it('offers on a phone neither its own screen to scan nor a printer', async () => {
    wide(false)
    has('share', () => Promise.resolve())
    await sheet()
    expect(names()).toEqual(['微博', '更多方式', '复制链接', '复制文字', '存为图片'])
  })

  it('has no link without a server, and says so', async () => {
    await sheet('/news/1', { about: { server: '' } })
    expect(names()).toEqual(['复制文字', '存为图片', '打印/存PDF'])
    expect(by('share-no-link').text()).toContain('只能分享文字')
  })

  it('copies the link, closes, says so and gives the focus back', async () => {
    const written: string[] = []
    has('clipboard', { writeText: (text: string) => (written.push(text), Promise.resolve()) })
    await sheet()
    await by('share-link').trigger('click')
    expect((await said()).text).toBe('链接已复制')
    expect(written).toEqual(['https://portal.example.gov.cn/s/news/1'])
    await gone('share-ways')
    await vi.waitFor(() => expect(document.activeElement).toBe(by('share').element))
  })

  it('copies the text with title, source and link', async () => {
    const written: string[] = []
    has('clipboard', { writeText: (text: string) => (written.push(text), Promise.resolve()) })
    await sheet()
    await by('share-text').trigger('click')
    await said()
    expect(written[0]!.split('\n')).toHaveLength(3)
  })

  it('shows the host before it goes to Weibo', async () => {
    const mock = await sheet()
    await by('share-weibo').trigger('click')
    expect((await see('link-host')).text()).toBe('service.weibo.com')
    expect(mock.calls.some((call) => call.command === 'open_link')).toBe(false)
    await by('yes').trigger('click')
    await flushPromises()
    const opened = mock.calls.find((call) => call.command === 'open_link')!
    expect(new URL(opened.args.url).searchParams.get('url')).toBe('https://portal.example.gov.cn/s/news/1')
  })

  it('shows the code with a name and takes it away again', async () => {
    await sheet()
    await by('share-wechat').trigger('click')
    expect(page.find('.qr').attributes('aria-label')).toContain('“一网通办”')
    expect(by('share-wechat').attributes('aria-expanded')).toBe('true')
    await by('share-wechat').trigger('click')
    expect(page.find('.qr').exists()).toBe(false)
  })

  describe('with the picture', () => {
    const PNG = 'iVBORw0KGgo='
    async function drawn(scenario?: Scenario) {
      vi.spyOn(card, 'drawCard').mockReturnValue(PNG)
      onTestFinished(() => void vi.restoreAllMocks())
      const mock = await sheet('/news/1', scenario)
      await by('share-card').trigger('click')
      await see('card-preview')
      return mock
    }
    const acts = () => by('card-preview').findAll('button').map((one) => one.text())

    it('shows it before anything is done with it', async () => {
      has('clipboard', undefined)
      const mock = await drawn()
      const picture = by('card-preview').find('img')
      expect(picture.attributes('src')).toBe(`data:image/png;base64,${PNG}`)
      expect(picture.attributes('alt')).toMatch(/^图片卡片：“.*一网通办.*\n从医保报销.*\n示例日报$/)
      expect(acts()).toEqual(['保存图片', '其他方式'])
      expect(mock.calls.some((call) => call.command === 'save_card')).toBe(false)
      expect(document.activeElement, 'the focus goes to the first way out of it').toBe(by('card-save').element)
      expect(by('card-save').attributes('aria-describedby')).toBe(picture.attributes('id'))
    })

    it('goes back to the way one came from', async () => {
      await drawn()
      await by('card-back').trigger('click')
      await see('share-ways')
      await vi.waitFor(() => expect((document.activeElement as HTMLElement).dataset.testid).toBe('share-card'))
    })

    it('saves it and says where, or why not', async () => {
      const mock = await drawn()
      await by('card-save').trigger('click')
      expect((await said()).text).toContain('已保存到')
      await gone('card-preview')
      expect(mock.calls.find((call) => call.command === 'save_card')!.args).toEqual({ collection: 'news', id: 1, base64: PNG })
      toasts.splice(0)
      mock.scenario.fails = { save_card: 'disk_full' }
      await by('share').trigger('click')
      await (await see('share-card')).trigger('click')
      await (await see('card-save')).trigger('click')
      expect(await said()).toMatchObject({ tone: 'failed' })
    })

    it('copies it where the web view can, and says when it could not', async () => {
      const written: unknown[] = []
      vi.stubGlobal('ClipboardItem', class { constructor(readonly types: Record<string, Blob>) {} })
      has('clipboard', { write: (items: { types: Record<string, Blob> }[]) => (written.push(items[0]!.types), Promise.resolve()) })
      await drawn()
      await by('card-copy').trigger('click')
      expect((await said()).text).toBe('图片已复制')
      expect((written[0] as Record<string, File>)['image/png']!.size).toBe(8)
      await gone('card-preview')
      toasts.splice(0)
      has('clipboard', { write: () => Promise.reject(new DOMException('no', 'NotAllowedError')) })
      await by('share').trigger('click')
      await (await see('share-card')).trigger('click')
      await (await see('card-copy')).trigger('click')
      expect(await said()).toMatchObject({ tone: 'failed' })
    })

    it('hands it to the sheet of the web view, where a change of mind is no fault', async () => {
      const sent: File[] = []
      let answer = () => Promise.resolve()
      has('canShare', ({ files }: { files?: File[] }) => !!files?.length)
      has('share', ({ files }: { files: File[] }) => (sent.push(...files), answer()))
      const mock = await drawn({ shareSheet: true })
      await by('card-send').trigger('click')
      await gone('card-preview')
      expect(sent.map(({ name, type }) => [name, type])).toEqual([['news-1.png', 'image/png']])
      answer = () => Promise.reject(new DOMException('no', 'AbortError'))
      await by('share').trigger('click')
      await (await see('share-card')).trigger('click')
      await (await see('card-send')).trigger('click')
      await gone('card-preview')
      expect(toasts).toEqual([])
      expect(mock.calls.some((call) => call.command === 'share_card')).toBe(false)
    })

    it('hands it to the system’s sheet where only the app can', async () => {
      has('clipboard', undefined)
      const mock = await drawn({ shareSheet: true })
      expect(acts()).toEqual(['保存图片', '分享图片', '其他方式'])
      await by('card-send').trigger('click')
      await gone('card-preview')
      expect(mock.calls.find((call) => call.command === 'share_card')!.args).toEqual({ collection: 'news', id: 1, base64: PNG })
    })

    it('closes and says so where nothing can be drawn', async () => {
      vi.spyOn(card, 'drawCard').mockImplementation(() => { throw new Error('no canvas') })
      onTestFinished(() => void vi.restoreAllMocks())
      await sheet()
      await by('share-card').trigger('click')
      expect(await said()).toMatchObject({ tone: 'failed' })
      await gone('share-ways')
    })
  })

  it('takes a change of mind in the system’s sheet for no fault', async () => {
    has('share', () => Promise.reject(new DOMException('no', 'AbortError')))
    await sheet()
    await by('share-system').trigger('click')
    await gone('share-ways')
    expect(toasts).toEqual([])
  })

  it('asks the app for the system’s sheet where the web view has none, and the system has one', async () => {
    const mock = await sheet('/notices/3', { shareSheet: true })
    await by('share-system').trigger('click')
    await gone('share-ways')
    expect(mock.calls.find((call) => call.command === 'share_by_system')!.args).toEqual({ collection: 'notices', id: 3 })
    expect(toasts).toEqual([])
    mock.scenario.fails = { share_by_system: 'internal' }
    await by('share').trigger('click')
    await see('share-ways')
    await by('share-system').trigger('click')
    expect(await said()).toMatchObject({ tone: 'failed' })
  })

  it('prints once it is out of the way', async () => {
    let inTheWay: boolean | undefined
    vi.stubGlobal('print', () => (inTheWay = by('share-ways').exists()))
    await sheet()
    await by('share-print').trigger('click')
    await vi.waitFor(() => expect(inTheWay).toBe(false))
  })

  it('says what is wrong and asks again', async () => {
    const mock = await core({ fails: { share: 'internal' } })
    await at('/news/1', AppShell)
    await (await see('share')).trigger('click')
    await see('problem')
    mock.scenario.fails = {}
    await by('problem').find('button').trigger('click')
    await see('share-ways')
  })
})

describe('lines of the card', () => {
  const measure = (text: string) => [...text].reduce((sum, c) => sum + (c.charCodeAt(0) > 255 ? 2 : 1), 0)

  it('breaks Chinese anywhere, words nowhere, and begins no line with a closing mark, ends none with an opening one', () => {
    expect(wrap('甲乙丙丁，戊己', 8, 5, measure)).toEqual(['甲乙丙', '丁，戊己'])
    expect(wrap('甲乙丙（示例）', 8, 5, measure)).toEqual(['甲乙丙', '（示例）'])
    expect(wrap('甲 open data 乙', 8, 5, measure)).toEqual(['甲 open', 'data 乙'])
    expect(wrap('办理率98.6%以上', 8, 5, measure)).toEqual(['办理率', '98.6%以', '上'])
  })
  it('breaks what is longer than a line, and emoji never in two', () => {
    expect(wrap('abcdefghij', 4, 5, measure)).toEqual(['abcd', 'efgh', 'ij'])
    expect(wrap('🏮🏮🏮', 5, 5, measure).join('')).toBe('🏮🏮🏮')
  })
  it('ends in an ellipsis within the width', () => {
    const lines = wrap('甲乙丙丁戊己庚辛', 6, 2, measure)
    expect(lines).toEqual(['甲乙丙', '丁戊…'])
    expect(wrap('', 6, 2, measure)).toEqual([])
  })
})

describe('the code', () => {
  it('has the three corners that readers look for, in a quiet zone of four', () => {
    const { size, path } = qrOf('https://portal.example.gov.cn/s/news/1')
    const dark = new Set(path.match(/M\d+ \d+/g))
    for (const [x, y] of [[4, 4], [size - 11, 4], [4, size - 11]] as const) {
      for (let i = 0; i < 7; i++) expect(dark.has(`M${x + i} ${y}`) && dark.has(`M${x} ${y + i}`)).toBe(true)
      expect(dark.has(`M${x + 1} ${y + 1}`)).toBe(false)
    }
    expect([...dark].every((square) => square.slice(1).split(' ').every((n) => Number(n) >= 4 && Number(n) < size - 4))).toBe(true)
  })
})
