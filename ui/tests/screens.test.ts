/** Screens as a person meets them: mounted whole, on the pretended Rust side. */
import { nextTick } from 'vue'
import { flushPromises } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import AppShell from '../src/components/AppShell.vue'
import StartTrouble from '../src/pages/StartTrouble.vue'
import { prepare, plain } from '../src/html'
import { at, by, core, page } from './help'
import type { Mock } from './mock.mjs'

const called = (mock: Mock, command: string) => mock.calls.filter((call) => call.command === command)
async function settle() {
  for (let i = 0; i < 4; i++) {
    await flushPromises()
    await new Promise((done) => setTimeout(done, 5))
  }
}
/** What is loaded on demand comes when it comes. */
const see = (id: string) => vi.waitFor(() => (expect(by(id).exists(), id).toBe(true), by(id)), { timeout: 10_000 })
async function open(path: string) {
  const found = await at(path, AppShell)
  await settle()
  return found
}

describe('a list', () => {
  it('has only the rows in view in the page, though it is long', async () => {
    await core({ agencies: 20_000 })
    await open('/directory/agencies')
    expect(by('count').text()).toContain('20,000')
    await see('row-agencies-1')
    const rows = page.findAll('[data-testid^="row-agencies-"]')
    expect(rows.length).toBeGreaterThan(5)
    expect(rows.length).toBeLessThan(60)
  })

  it('shows a withdrawn item as withdrawn', async () => {
    await open('/news')
    expect((await see('row-news-6')).text()).toContain('已撤回')
  })

  it('narrows by what the address says, and offers the way out', async () => {
    const mock = await core()
    const { router } = await open('/notices?kind=公示')
    expect(called(mock, 'list')[0]!.args.query.filter.kind).toBe('公示')
    await page.findAll('.chip').find((chip) => chip.text() === '清除筛选')!.trigger('click')
    await settle()
    expect(router.currentRoute.value.fullPath).toBe('/notices')
  })

  it('says why it is empty and retries', async () => {
    const mock = await core({ fails: { list: 'disk_full' } })
    await open('/news')
    expect(by('problem').text()).toContain('存储空间不够')
    mock.scenario.fails = {}
    await by('problem').find('button').trigger('click')
    await see('row-news-1')
  })
})

describe('a record', () => {
  it('is marked read once it is opened, and only then', async () => {
    const mock = await core()
    await open('/news')
    expect(called(mock, 'mark_read')).toHaveLength(0)
    const { router } = await open('/news/2')
    await see('detail-body')
    await vi.waitFor(() => expect(called(mock, 'mark_read').map((call) => call.args.id)).toEqual([2]))
    await router.push('/news')
  })

  it('is not read when its text is not there', async () => {
    const mock = await core({ absent: [1] })
    await open('/news/1')
    expect((await see('body-absent')).text()).toContain('正文未下载，联网后可看')
    expect(called(mock, 'mark_read')).toHaveLength(0)
  })

  it('shows its mark with the reason', async () => {
    await open('/news/6')
    expect((await see('mark')).text()).toContain('已撤回')
    expect(by('mark').text()).toContain('12 号文件')
  })

  it('asks with the host before a link leaves the app', async () => {
    const mock = await core()
    await open('/news/1')
    await (await see('detail-body')).find('a[href^="https"]').trigger('click')
    expect((await see('link-host')).text()).toBe('www.example.gov.cn')
    expect(called(mock, 'open_link')).toHaveLength(0)
    await by('yes').trigger('click')
    await settle()
    expect(called(mock, 'open_link').map((call) => call.args.url)).toEqual(['https://www.example.gov.cn/service/42'])
  })

  it('calls without asking', async () => {
    const mock = await core()
    await open('/directory/phones/3')
    await vi.waitFor(() => expect(page.find('[data-testid^="call-"]').exists()).toBe(true), { timeout: 10_000 })
    await page.find('[data-testid^="call-"]').trigger('click')
    await settle()
    expect(called(mock, 'open_link')[0]!.args.url).toMatch(/^tel:0577-/)
  })

  it('says where the contact was saved', async () => {
    await open('/directory/agencies/1')
    await (await see('save-contact')).trigger('click')
    expect((await see('toast')).text()).toContain('/home/示例/下载/示例.vcf')
  })
})

describe('the frame', () => {
  it('follows a deep link to a known screen, and no other', async () => {
    const mock = await core()
    const { router } = await open('/news')
    mock.emit('navigate', { path: '/directory/schools/7' })
    await settle()
    expect(router.currentRoute.value.path).toBe('/directory/schools/7')
    for (const path of ['/no/such', '//evil.example', 'https://evil.example', '/news/abc']) {
      mock.emit('navigate', { path })
      await settle()
      expect(router.currentRoute.value.path, path).toBe('/directory/schools/7')
    }
  })

  it('opens where the app was started to', async () => {
    await core({ deepLink: '/notices/3' })
    const { router } = await open('/news')
    expect(router.currentRoute.value.path).toBe('/notices/3')
  })

  it('searches on / and updates on F5', async () => {
    const mock = await core()
    const { router } = await open('/news')
    const reload = new KeyboardEvent('keydown', { key: 'F5', cancelable: true, bubbles: true })
    document.dispatchEvent(reload)
    await settle()
    expect(reload.defaultPrevented).toBe(true)
    expect(called(mock, 'sync_now')).toHaveLength(1)
    document.dispatchEvent(new KeyboardEvent('keydown', { key: '/', cancelable: true, bubbles: true }))
    await vi.waitFor(() => expect(router.currentRoute.value.path).toBe('/search'), { timeout: 10_000 })
  })

  it('goes back on Alt+Left, but not from within a field', async () => {
    await core()
    const { router } = await open('/news')
    await router.push('/search')
    const back = () => new KeyboardEvent('keydown', { key: 'ArrowLeft', altKey: true, cancelable: true, bubbles: true })
    await vi.waitFor(() => expect(page.find('input[type="search"]').exists()).toBe(true), { timeout: 10_000 })
    page.find('input[type="search"]').element.dispatchEvent(back())
    await settle()
    expect(router.currentRoute.value.path).toBe('/search')
    document.body.dispatchEvent(back())
    await vi.waitFor(() => expect(router.currentRoute.value.path).toBe('/news'), { timeout: 10_000 })
  })

  it('asks to update an app that is too old', async () => {
    await core({ sync: { minApp: '9.0.0' } })
    await open('/news')
    expect(by('update-wanted').text()).toContain('9.0.0')
  })

  it('reads the sync state again when told', async () => {
    const mock = await core()
    await open('/news')
    mock.state.sync = { ...mock.state.sync, phase: 'fetching', done: 1, total: 2 }
    mock.emit('sync-changed', null)
    await settle()
    await nextTick()
    expect(by('sync-badge').text()).toContain('50%')
  })
})

describe('data that cannot be opened', () => {
  it('of a newer app is not tried again: the app must be updated', async () => {
    await at('/', StartTrouble, { code: 'update_app' })
    expect(by('start-trouble').text()).toContain('请先更新应用')
    expect(by('start-trouble').text()).toContain('没有改动')
    expect(by('open-again').exists()).toBe(false)
  })

  it('is tried again, with what is in the way now', async () => {
    const mock = await core({ fails: { open: 'busy' } })
    const { wrapper } = await at('/', StartTrouble, { code: 'disk_full' })
    expect(by('start-trouble').text()).toContain('存储空间不够')
    await by('open-again').trigger('click')
    await settle()
    expect(by('start-trouble').text()).toContain('另一个程序正在使用')
    expect(wrapper.emitted('opened')).toBeUndefined()
    mock.scenario.fails = {}
    await by('open-again').trigger('click')
    await settle()
    expect(wrapper.emitted('opened')).toHaveLength(1)
  })

  it('for a reason without words of its own has words all the same', async () => {
    await at('/', StartTrouble, { code: 'internal' })
    expect(by('start-trouble').text()).toContain('请不要卸载应用')
  })
})

describe('an article’s HTML', () => {
  it('gets addresses for its pictures and loses what is no picture of the city', () => {
    const html = prepare(`<p>a</p><img src="picture:${'a'.repeat(64)}"><img src="https://evil.example/x.png">`)
    expect(html).toContain(`picture://localhost/${'a'.repeat(64)}`)
    expect(html).not.toContain('evil')
  })
  it('becomes plain lines', () => {
    expect(plain('<p>一</p><ul><li>二</li><li>三</li></ul>')).toBe('一\n二\n三')
  })
})
