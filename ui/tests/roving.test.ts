import { flushPromises } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { by, open, page, wait } from './help'

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
    mock.emit('changed', { collections: ['agencies'] })
    await flushPromises()
    expect(here()).toBe('agencies-3')
    await press('ArrowDown')
    await wait(() => expect(here()).toBe('agencies-4'))
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
})
