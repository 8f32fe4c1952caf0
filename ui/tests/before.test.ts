/** What the first screen looked like last time: shown at the next start, and nobody is misled by it. */
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { nextTick } from 'vue'
import { drop, keep, show } from '../src/before'
import { prefs } from '../src/prefs'
import { by, open, page, wait } from './help'

const device = globalThis as { __FIRST_SCREEN__?: string | null }
const before = () => page.find('#before')
const rows = () => page.findAll('[data-testid^=row-news-]')

/** The app of somebody who has used it, left standing until what it looks like is kept. */
async function stood(path = '/news') {
  history.replaceState(null, '', path)
  keep()
  const { mock } = await open(path)
  await wait(() => expect(device.__FIRST_SCREEN__).toContain(mock.rows.news[1]!.title))
  return mock
}

/** A press on what is shown, where these words stand. */
function press(words: string) {
  const there = before().findAll('a').find((one) => one.text().includes(words))!
  there.element.dispatchEvent(new MouseEvent('click', { bubbles: true, clientX: 40, clientY: 300 }))
}

beforeEach(() => {
  document.body.id = 'app'
  prefs.welcomed = true
  onTestFinished(() => {
    drop()
    delete device.__FIRST_SCREEN__
    document.body.removeAttribute('id')
    history.replaceState(null, '', '/')
  })
})

describe('what the first screen looked like', () => {
  it('is shown until the app is there, for the eye alone', async () => {
    await stood()
    await show()
    for (const row of rows()) expect(before().text()).toContain(row.text())
    expect(before().attributes('aria-hidden')).toBe('true')
    expect(before().findAll('[id], [data-testid], [href], [src]:not([src^="data:"])')).toEqual([])
    const stops = before().findAll('a, button, [tabindex]').filter((one) => (one.element as HTMLElement).tabIndex >= 0)
    expect(stops).toEqual([])
    drop()
    expect(before().exists()).toBe(false)
  })

  it('does not say what passes: the day, and how fresh the content is', async () => {
    await stood()
    await show()
    const unseen = before().findAll('[data-before=unseen]')
    const said = unseen.map((one) => one.text())
    expect(said).toEqual(expect.arrayContaining([page.find('.mast small').text(), by('sync-badge').text()]))
    for (const one of unseen) expect((one.element as HTMLElement).style.visibility).toBe('hidden')
  })

  it('follows the content', async () => {
    const mock = await stood()
    mock.rows.news[0]!.title = '示例：刚刚更正的标题'
    mock.emit('changed', { collections: ['news'] })
    await wait(() => expect(device.__FIRST_SCREEN__).toBeNull())
    await wait(() => expect(device.__FIRST_SCREEN__).toContain('刚刚更正的标题'))
  })

  it.each([
    ['in another display', () => (prefs.size = 'elder')],
    ['in another language', () => (prefs.locale = 'it')],
    ['in a window of another width', () => vi.stubGlobal('innerWidth', 391)],
  ])('is not shown %s', async (_, change) => {
    onTestFinished(() => {
      Object.assign(prefs, { size: 'std', locale: 'zh-CN' })
      vi.unstubAllGlobals()
    })
    await stood()
    change()
    await nextTick()
    await show()
    expect(before().exists()).toBe(false)
  })

  it('is not made of another screen, nor of a filtered list', async () => {
    history.replaceState(null, '', '/news?kind=x')
    keep()
    await open('/news?kind=x')
    await new Promise((still) => setTimeout(still, 1500))
    expect(device.__FIRST_SCREEN__).toBeUndefined()
  })

  it.each(['', '{"of":', '[]'])('is nothing where what was kept is %j', async (screen) => {
    device.__FIRST_SCREEN__ = screen
    await show()
    expect(before().exists()).toBe(false)
  })
})

describe('a press on it', () => {
  /** What the app has in the place that was pressed. */
  const standsThere = (one: Element) => vi.spyOn(document, 'elementFromPoint').mockReturnValue(one)
  const title = (at: number) => rows()[at]!.find('.title').text()

  it('opens what stands there in the app', async () => {
    await stood()
    await show()
    press(title(1))
    const wanted = title(1)
    standsThere(rows()[1]!.find('.title').element)
    drop()
    await wait(() => expect(wanted).toBe(`未读${by('detail-title').text()}`))
  })

  it('opens nothing where the app has something else by now', async () => {
    const { calls } = await stood()
    await show()
    press(title(1))
    standsThere(rows()[2]!.find('.title').element)
    calls.length = 0
    drop()
    await nextTick()
    expect(calls).toEqual([])
  })
})
