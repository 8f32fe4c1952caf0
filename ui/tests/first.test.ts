/** The start: what is asked for ahead is what the first screen asks, and is never shown once it is old. */
import { describe, expect, it, onTestFinished } from 'vitest'
import AppShell from '../src/components/AppShell.vue'
import { begin, foresee } from '../src/first'
import { prefs, type Size } from '../src/prefs'
import type { Mock, Scenario } from './mock.mjs'
import { at, by, core, page, wait } from './help'

const FORESEEN = ['about', 'sync_state', 'inbox_counts', 'list']
const titles = () => page.findAll('[data-testid^=row-news-]').map((row) => row.text())

/** The core has been asked ahead; what the screens ask from here on. */
async function foreseen(home: string, size: Size, scenario?: Scenario) {
  const mock = await core(scenario)
  prefs.size = size
  localStorage.setItem('size', size)
  onTestFinished(() => void (prefs.size = 'std'))
  const trouble = await begin()
  if (!trouble) await foresee(home)
  mock.calls.length = 0
  return { mock, trouble }
}
const asked = (mock: Mock) => mock.calls.map((call) => call.command).filter((command) => FORESEEN.includes(command))

describe('the first screen', () => {
  it.each([['std', '/news'], ['large', '/news'], ['elder', '/home']] as const)('in %s asks nothing again', async (size, home) => {
    const { mock } = await foreseen(home, size)
    await at(home, AppShell)
    expect(titles().length).toBeGreaterThan(3)
    expect(asked(mock)).toEqual([])
  })

  it('asks for itself when something changed meanwhile', async () => {
    const { mock } = await foreseen('/news', 'std')
    mock.rows.news[0]!.title = '示例：刚刚更正的标题'
    mock.emit('changed', { collections: ['news'] })
    await at('/news', AppShell)
    await wait(() => expect(titles()[0]).toContain('刚刚更正的标题'))
  })

  it('asks for itself, and says what is wrong, when nothing was answered ahead', async () => {
    const { mock } = await foreseen('/news', 'std', { fails: { list: 'disk_full' } })
    await at('/news', AppShell)
    expect(by('problem').exists()).toBe(true)
    mock.scenario.fails = {}
    mock.emit('changed', { collections: ['news'] })
    await wait(() => expect(titles().length).toBeGreaterThan(3))
  })

  it('asks nothing ahead of data that could not be opened', async () => {
    const { mock, trouble } = await foreseen('/news', 'std', { fails: { open: 'update_app' } })
    expect(trouble).toBe('update_app')
    expect(asked(mock)).toEqual([])
  })
})
