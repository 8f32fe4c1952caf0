import { flushPromises } from '@vue/test-utils'
import { describe, expect, it, onTestFinished } from 'vitest'
import AppShell from '../src/components/AppShell.vue'
import { prefs } from '../src/prefs'
import { at, by, core, open, page, wait } from './help'
import { installLetters } from './mock-letters.mjs'

const focused = () => document.activeElement as HTMLElement
const press = async (key: string) => {
  focused().dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  await flushPromises()
}
const row = (id: string) => by(`row-${id}`).element as HTMLElement
const rows = () => page.findAll('.slot')
/** Named, not compared as elements: what a failure would print of one is the whole document. */
const nameOf = (one: HTMLElement) => (one.dataset.testid ?? one.getAttribute('href') ?? one.tagName).replace('row-', '')
const here = () => nameOf(focused())
/** What Tab stops at in the list. */
const stops = () => page.findAll('.slot a, .slot button').map((one) => one.element as HTMLElement).filter((one) => one.tabIndex >= 0).map(nameOf)

describe('a list under the keyboard', () => {
  it('is one Tab stop, however many rows it has', async () => {
    await open('/directory/agencies', { agencies: 400 })
    await wait(() => expect(rows().length).toBeGreaterThan(5))
    expect(stops()).toEqual(['agencies-1'])
    row('agencies-1').focus()
    await press('ArrowDown')
    expect(here()).toBe('agencies-2')
    expect(stops(), 'Tab comes back to where one was').toEqual(['agencies-2'])
    await press('PageDown')
    const far = Number(here().split('-').at(-1))
    expect(far).toBeGreaterThan(6)
    await press('PageUp')
    expect(here()).toBe('agencies-2')
    await press('End')
    await wait(() => expect(here()).toBe('agencies-400'))
    await press('Home')
    await wait(() => expect(here()).toBe('agencies-1'))
    await press('ArrowUp')
    expect(here(), 'nothing is before the first').toBe('agencies-1')
  })

  it('begins at the record that is open', async () => {
    await open('/directory/agencies/4')
    await wait(() => expect(stops()).toEqual(['agencies-4']))
  })

  it('leads to the button of a row and back', async () => {
    await open('/directory/phones')
    await wait(() => expect(rows().length).toBeGreaterThan(1))
    row('phones-1').focus()
    await press('ArrowRight')
    expect(here()).toMatch(/^tel:/)
    expect(stops()).toEqual([here()])
    await press('ArrowLeft')
    expect(here()).toBe('phones-1')
  })

  it('goes along with its record when others come in above it', async () => {
    const { mock } = await open('/notices')
    await wait(() => expect(rows().length).toBeGreaterThan(3))
    row('notices-3').focus()
    mock.rows.notices.unshift({ ...mock.rows.notices[0]!, id: 90_001, title: '刚来的通知' }, { ...mock.rows.notices[0]!, id: 90_002, title: '又来的通知' })
    mock.emit('changed', { collections: ['notices'] })
    await wait(() => expect(page.text()).toContain('刚来的通知'))
    await wait(() => expect(here()).toBe('notices-3'))
    expect(stops()).toEqual(['notices-3'])
  })

  it('keeps the focus of a row that was scrolled away while records came', async () => {
    const { mock } = await open('/directory/agencies', { agencies: 2000 })
    await wait(() => expect(rows().length).toBeGreaterThan(5))
    row('agencies-3').focus()
    const box = row('agencies-3').closest('.box')!
    box.scrollTop = 60_000
    box.dispatchEvent(new Event('scroll'))
    await wait(() => expect(Number(page.findAll('[data-index]').at(-1)!.attributes('data-index'))).toBeGreaterThan(500))
    mock.rows.agencies.unshift({ ...mock.rows.agencies[0]!, id: 90_001, title: '刚来的机构' })
    mock.emit('changed', { collections: ['agencies'] })
    await flushPromises()
    await wait(() => expect(here()).toBe('agencies-3'))
    expect(box.scrollTop, 'and what is read stays in view').toBe(60_000)
    await press('ArrowDown')
    await wait(() => expect(here()).toBe('agencies-4'))
  })

  it('comes back by Tab to the row that was jumped to', async () => {
    await open('/directory/agencies', { agencies: 400 })
    await wait(() => expect(rows().length).toBeGreaterThan(5))
    row('agencies-1').focus()
    const letters = page.findAll('.rail button:not(:disabled)')
    await letters.at(-1)!.trigger('click')
    await wait(() => expect(Number(stops()[0]!.split('-').at(-1))).toBeGreaterThan(100))
    expect(stops()).toHaveLength(1)
  })

  it('goes along with the next record when the one before was taken out', async () => {
    const { mock } = await open('/inbox', { topics: [{ collection: 'notices' }] })
    await wait(() => expect(rows().length).toBeGreaterThan(3))
    const [first, second] = page.findAll('.slot a').map((one) => one.element as HTMLElement)
    const next = nameOf(second!)
    first!.focus()
    await press('Delete')
    await wait(() => expect(here()).toBe(next))
    mock.rows.notices.unshift({ ...mock.rows.notices[0]!, id: 90_001, title: '刚来的通知' })
    mock.emit('changed', { collections: ['notices'] })
    mock.emit('inbox-changed', null)
    await wait(() => expect(page.text()).toContain('刚来的通知'))
    await wait(() => expect(here()).toBe(next))
  })

  it('stays in the inbox when the last row is taken out', async () => {
    await open('/inbox', { topics: [{ collection: 'notices' }] })
    await wait(() => expect(rows().length).toBeGreaterThan(3))
    const [first] = page.findAll('.slot a')
    ;(first!.element as HTMLElement).focus()
    await press('End')
    const gone = focused().dataset.testid!
    await press('Delete')
    await wait(() => expect(by(gone).exists()).toBe(false))
    await wait(() => expect(focused().closest('.slot') !== null).toBe(true))
  })

  it('does not take the focus back from somebody who went on before a far row was read', async () => {
    const { mock } = await open('/directory/agencies', { agencies: 2000 })
    await wait(() => expect(rows().length).toBeGreaterThan(5))
    row('agencies-1').focus()
    mock.scenario.slow = 120
    await press('End')
    ;(by('find').element as HTMLElement).focus()
    await wait(() => expect(by('row-agencies-2000').exists()).toBe(true))
    await new Promise((done) => setTimeout(done, 100))
    expect(here()).toBe('find')
  })
})

const stopsIn = (selector: string) => page.findAll(selector).map((one) => one.element as HTMLElement).filter((one) => one.tabIndex >= 0)

describe('what was found', () => {
  it('is one Tab stop for each sort, and ↑ ↓ lead from the box through all of them', async () => {
    await open('/search?q=示例')
    await wait(() => expect(page.findAll('.hits').length).toBe(2))
    const [places, texts] = page.findAll('.hits').map((list) => list.findAll('a[data-hit]').map((one) => nameOf(one.element as HTMLElement)))
    await wait(() => expect(stopsIn('.hits a').map(nameOf)).toEqual([places![0], texts![0]]))
    ;(by('find').element as HTMLElement).focus()
    await press('ArrowDown')
    expect(here()).toBe(places![0])
    await press('ArrowDown')
    expect(here(), 'a key goes one row').toBe(places![1])
    expect(stopsIn('.hits a').map(nameOf)).toEqual([places![1], texts![0]])
    await press('End')
    expect(here()).toBe(places!.at(-1))
    await press('ArrowDown')
    expect(here()).toBe(texts![0])
    await press('ArrowUp')
    await press('Home')
    await press('ArrowUp')
    expect(here()).toBe('find')
  })

  it('leads to the number of a row', async () => {
    await open('/search?q=便民')
    await wait(() => expect(page.findAll('.hits a[href^="tel:"]').length).toBeGreaterThan(0))
    ;(by('find').element as HTMLElement).focus()
    await press('ArrowDown')
    await press('ArrowRight')
    expect(here()).toMatch(/^tel:/)
    await press('ArrowLeft')
    expect(here()).toMatch(/^agencies-/)
  })
})

describe('what stands beside a list', () => {
  it('is in 长辈版 a grid of letters with one Tab stop, and arrows go over it both ways', async () => {
    prefs.size = 'elder'
    onTestFinished(() => void (prefs.size = 'std'))
    await open('/directory/agencies')
    await wait(() => expect(by('letters-open').exists()).toBe(true))
    await by('letters-open').trigger('click')
    await wait(() => expect(focused().textContent?.trim()).toBe('A'))
    expect(stopsIn('.grid button:not(:disabled)')).toHaveLength(1)
    // Six stand side by side, no syllable begins with I, U or V, and nothing here with E.
    page.findAll('.grid button').forEach((cell, at) => Object.defineProperty(cell.element, 'offsetTop', { value: 70 * Math.floor(at / 6) }))
    const walk = async (keys: string[]) => {
      const met = []
      for (const key of keys) await press(key), met.push(focused().textContent?.trim())
      return met.join('')
    }
    expect(await walk(['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight'])).toBe('BCDF')
    expect(await walk(['ArrowDown', 'ArrowDown', 'ArrowUp', 'ArrowLeft'])).toBe('MSML')
    expect(await walk(['End', 'ArrowRight', 'Home', 'ArrowLeft'])).toBe('ZZAA')
    expect(stopsIn('.grid button:not(:disabled)').map((one) => one.textContent?.trim())).toEqual(['A'])
  })

  it('is one Tab stop for all letters, the one that is in view', async () => {
    await open('/directory/agencies')
    await wait(() => expect(page.findAll('.rail button').length).toBeGreaterThan(20))
    await wait(() => expect(stopsIn('.rail button:not(:disabled)').map((one) => one.textContent)).toEqual(['A']))
    stopsIn('.rail button:not(:disabled)')[0]!.focus()
    await press('ArrowDown')
    expect(focused().textContent).toBe('B')
    await press('End')
    expect(focused().textContent).toBe('Z')
  })

  it('leads from the box of the departments into their list and back', async () => {
    await core()
    installLetters()
    await at('/petitions/draft/d-1', AppShell)
    await wait(() => expect(by('department').exists()).toBe(true))
    await by('department').trigger('click')
    await wait(() => expect(page.findAll('.option[data-hit]').length).toBeGreaterThan(20))
    expect(stopsIn('.option[data-hit]')).toHaveLength(1)
    page.find<HTMLInputElement>('.pick input').element.focus()
    await press('ArrowDown')
    expect(here()).toBe('department-unknown')
    await press('End')
    expect(here()).toMatch(/^department-\d+$/)
    await press('Home')
    await press('ArrowUp')
    expect(here()).toBe('find')
  })
})
