/** 订阅: what is followed, what came in, and what can be taken back. */
import { describe, expect, it } from 'vitest'
import { by, open, page, t, wait } from './help'

const all = (start: string) => page.findAll(`[data-testid^="${start}"]`)

describe('the inbox', () => {
  it('shows the way to begin where nothing is followed', async () => {
    await open('/inbox')
    await wait(() => expect(by('empty').text()).toContain(t('inbox-no-topics')))
    expect(by('inbox-badge').exists()).toBe(false)
  })

  it('says why a record is here, counts what is unread, and takes back what was done', async () => {
    const { mock } = await open('/inbox', { topics: [{ collection: 'notices' }] })
    await wait(() => expect(all('row-notices-').length).toBeGreaterThan(3))
    expect(all('row-notices-')[0]!.text()).toContain(t('inbox-why', { topics: t('collection-notices') }))
    const unread = mock.rows.notices.filter((row) => !row.read).length
    await wait(() => expect(by('inbox-badge').text()).toContain(String(unread > 99 ? '99+' : unread)))

    await by('read-all').trigger('click')
    await wait(() => expect(by('inbox-badge').exists()).toBe(false))
    await by('undo').trigger('click')
    await wait(() => expect(by('inbox-badge').exists()).toBe(true))

    const first = all('row-notices-')[0]!.attributes('data-testid')!
    await by('inbox-drop').trigger('click')
    await wait(() => expect(by(first).exists()).toBe(false))
    await by('undo').trigger('click')
    await wait(() => expect(by(first).exists()).toBe(true))
  })

  it('opens a record beside the list, by an address that one can come back to', async () => {
    const { router } = await open('/inbox?unread=1', { topics: [{ collection: 'notices' }] })
    await wait(() => expect(all('row-notices-').length).toBeGreaterThan(3))
    const second = all('row-notices-')[1]!
    const [id, title] = [second.attributes('data-testid')!.replace('row-notices-', ''), second.find('b').text()]
    await second.trigger('click')
    await wait(() => expect(title).toContain(page.find('article h1').text()))
    expect(router.currentRoute.value.fullPath).toBe(`/inbox/notices-${id}?unread=1`)
    expect(all('row-notices-').length).toBeGreaterThan(3)
    await page.find('.back').trigger('click')
    await wait(() => expect(router.currentRoute.value.fullPath).toBe('/inbox?unread=1'))
    expect(page.find('article h1').exists()).toBe(false)
  })

  it('has what happened in one’s letters among what came in, also where nothing is followed', async () => {
    const { mock, router } = await open('/inbox', { lettersNew: 2 })
    await wait(() => expect(all('row-step-')).toHaveLength(2))
    expect(all('row-step-')[0]!.text()).toContain('2026-001002-74')
    expect(by('inbox-badge').text()).toContain('2')
    await page.findAll('[data-testid="inbox-drop"]')[1]!.trigger('click')
    await wait(() => expect(all('row-step-')).toHaveLength(1))
    expect(mock.calls.at(-1)).toBeDefined()
    await page.findAll('button').find((one) => one.text() === t('undo'))!.trigger('click')
    await wait(() => expect(all('row-step-')).toHaveLength(2))
    await by('read-all').trigger('click')
    await wait(() => expect(by('inbox-badge').exists()).toBe(false))
    await all('row-step-')[0]!.trigger('click')
    await wait(() => expect(router.currentRoute.value.path).toBe('/petitions/2026-001002-74'))
  })
})

describe('what is followed', () => {
  it('is shown before it is followed, asked about when it is too much, and found wrong when it is', async () => {
    const { mock } = await open('/subscriptions', { news: 900 })
    await wait(() => expect(by('topic-form').exists()).toBe(true))
    await by('topic-text').setValue('***')
    await wait(() => expect(by('topic-form').text()).toContain(t('topic-wrong')))
    expect(by('topic-add').attributes('disabled')).toBeDefined()
    await by('topic-text').setValue('gjj')
    await wait(() => expect(by('topic-form').text()).toContain('公积金'))
    const common = mock.rows.news[0]!.title.slice(1, 2)
    await by('topic-text').setValue(common)
    await wait(() => expect(by('topic-add').text()).toBe(t('topic-follow-anyway')))
    await by('topic-form').trigger('submit')
    await wait(() => expect(by('topics').text()).toContain(t('topic-words', { text: common })))
    expect(mock.calls.filter((call) => call.command === 'follow')).toHaveLength(1)
  })

  it('can be muted, moved, left and brought back', async () => {
    await open('/subscriptions', { topics: [{ text: '停水' }, { text: '停电' }, { text: '放假' }] })
    const names = () => page.findAll('[data-testid="topics"] b').map((b) => b.text())
    await wait(() => expect(names()).toHaveLength(3))
    await page.findAll('[data-testid="topic-up"]')[2]!.trigger('click')
    await wait(() => expect(names()[1]).toContain('放假'))
    await by('topic-mute').trigger('click')
    await wait(() => expect(by('topic-1').text()).toContain(t('topic-muted')))
    await by('topic-remove').trigger('click')
    await wait(() => expect(names()).toHaveLength(2))
    await by('undo').trigger('click')
    await wait(() => expect(names()).toHaveLength(3))
  })

  it('is followed with one tap, from a suggestion and from where it is met', async () => {
    const { mock, router } = await open('/subscriptions')
    await wait(() => expect(all('follow').length).toBeGreaterThan(2))
    await all('follow')[0]!.trigger('click')
    await wait(() => expect(by('topics').text()).toContain(t('collection-news')))
    await router.push('/directory/agencies/12')
    await wait(() => expect(by('detail-title').exists()).toBe(true))
    const agency = by('detail-title').text()
    await wait(() => expect(by('follow').attributes('aria-disabled')).toBeUndefined())
    await by('follow').trigger('click')
    await wait(() => expect(by('follow').attributes('aria-pressed')).toBe('true'))
    const form = mock.calls.filter((call) => call.command === 'follow').at(-1)!.args.form
    expect(form).toMatchObject({ department: agency, text: '', letter: null })
  })
})
