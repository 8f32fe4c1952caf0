/** What the first screen looked like last time: shown at the next start, and nobody is misled by it. */
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { nextTick } from 'vue'
import { drop, giveWay, keep, show } from '../src/before'
import { prefs } from '../src/prefs'
import { by, open, page, wait } from './help'

const device = globalThis as { __FIRST_SCREEN__?: { at: number; screen: string | null } }
const kept = () => device.__FIRST_SCREEN__?.screen
const before = () => page.find('#before')
const rows = () => page.findAll('[data-testid^=row-news-]')

/** The app of somebody who has used it, left standing until what it looks like is kept. */
async function stood(path = '/news') {
  history.replaceState(null, '', path)
  keep()
  const { mock } = await open(path)
  await wait(() => expect(kept()).toContain(mock.rows.news[1]!.title))
  return mock
}

/** A press on what is shown, where these words stand. */
function press(words: string) {
  const there = before().findAll('a').find((one) => one.text().includes(words))!
  there.element.dispatchEvent(new MouseEvent('click', { bubbles: true }))
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
    expect(before().findAll('button:not([tabindex="-1"]), a[tabindex], div[tabindex], section[tabindex]')).toEqual([])
    drop()
    expect(before().exists()).toBe(false)
  })

  it('brings the styles that came with the screen, and takes them away again', async () => {
    const late = document.head.appendChild(Object.assign(document.createElement('style'), { textContent: '.row { inset: 7px; }' }))
    await stood()
    late.remove()
    const styles = () => [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules].map((rule) => rule.cssText)).join()
    expect(styles()).not.toContain('7px')
    await show()
    expect(styles()).toContain('7px')
    drop()
    expect(styles()).not.toContain('7px')
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
    await wait(() => expect(kept()).toBeNull())
    await wait(() => expect(kept()).toContain('刚刚更正的标题'))
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

  it.each(['/news?kind=民生', '/notices', '/news/1'])('is not made of %s', async (path) => {
    history.replaceState(null, '', path)
    keep()
    await open(path)
    expect(page.findAll('[data-testid^=row-]').length).toBeGreaterThan(2)
    await new Promise((still) => setTimeout(still, 1500))
    expect(kept()).toBeFalsy()
  })

  it('is not made of old rows when new ones cannot be read', async () => {
    const mock = await stood()
    mock.scenario.fails = { list: 'disk_full' }
    mock.emit('changed', { collections: ['news'] })
    await wait(() => expect(kept()).toBeNull())
    await new Promise((still) => setTimeout(still, 1500))
    expect(kept()).toBeNull()
  })

  it('gives way once the rows stand, and not before', async () => {
    await stood()
    await show()
    const list = page.find('main .rows').element
    const [parent, at] = [list.parentElement!, list.nextSibling]
    list.remove()
    giveWay()
    expect(before().exists()).toBe(true)
    parent.insertBefore(list, at)
    await wait(() => expect(before().exists()).toBe(false))
  })

  it('is not shown by a page that is loaded again later', async () => {
    await stood()
    device.__FIRST_SCREEN__!.at = performance.timeOrigin - 60_000
    await show()
    expect(before().exists()).toBe(false)
  })

  it.each(['', '{"of":', '[]'])('is nothing where what was kept is %j', async (screen) => {
    device.__FIRST_SCREEN__ = { at: Date.now(), screen }
    await show()
    expect(before().exists()).toBe(false)
  })
})

describe('a press on it', () => {
  const title = (at: number) => rows()[at]!.find('.title').text()

  it('opens what it was made on', async () => {
    await stood()
    await show()
    const wanted = title(1)
    press(wanted)
    drop()
    await wait(() => expect(wanted).toBe(`未读${by('detail-title').text()}`))
  })

  it('opens nothing when the app does not have it any more', async () => {
    const mock = await stood()
    await show()
    press(title(1))
    mock.rows.news[1]!.title = '示例：刚刚更正的标题'
    mock.emit('changed', { collections: ['news'] })
    await wait(() => expect(title(1)).toContain('刚刚更正的标题'))
    const clicked = rows().map((row) => vi.spyOn(row.element as HTMLElement, 'click'))
    drop()
    for (const click of clicked) expect(click).not.toHaveBeenCalled()
  })
})
