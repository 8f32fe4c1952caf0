/** The app becomes mine: the first start, notifications, display, read-aloud, pictures that were not fetched. */
import { beforeEach, describe, expect, it } from 'vitest'
import { flushPromises } from '@vue/test-utils'
import ArticleBody from '../src/components/ArticleBody.vue'
import { applyPrefs, prefs } from '../src/prefs'
import { aloud } from '../src/letterwords'
import { breaths } from '../src/speech'
import { at, by, core, inScope, open, page, t, wait } from './help'

beforeEach(() => Object.assign(prefs, { size: 'std', welcomed: false, contrast: 'system', motion: 'system' }))

describe('the first start', () => {
  it('follows one’s county in two taps, and asks only once', async () => {
    const { router } = await open('/')
    expect(router.currentRoute.value.path).toBe('/welcome')
    await wait(() => expect(by('welcome-counties').findAll('button').length).toBeGreaterThan(3))
    expect(by('welcome-enter').text()).toBe(t('welcome-skip'))
    await by('welcome-counties').find('button').trigger('click')
    await wait(() => expect(by('welcome-enter').text()).toBe(t('welcome-enter')))
    await by('welcome-enter').trigger('click')
    await wait(() => expect(router.currentRoute.value.path).toBe('/news'))
    await router.push('/')
    expect(router.currentRoute.value.path).toBe('/news')
  })

  it('leads whoever chooses 长辈版 to a home of its own', async () => {
    const { router } = await open('/')
    await wait(() => expect(by('welcome-size').exists()).toBe(true))
    await by('welcome-size').findAll('button').at(-1)!.trigger('click')
    await by('welcome-enter').trigger('click')
    await wait(() => expect(router.currentRoute.value.path).toBe('/home'))
    await wait(() => expect(by('home-call').attributes('href')).toBe('tel:12345'))
    await wait(() => expect(page.findAll('[data-testid^="row-news-"]').length).toBe(5))
    expect(by('nav-news').text()).toBe(t('nav-home'))
  })
})

describe('notifications', () => {
  it('can come once a working day, at an hour of one’s own, and not in the quiet hours', async () => {
    await open('/me/notifications')
    await wait(() => expect(by('notify-when').exists()).toBe(true))
    await by('notify-when').findAll('button')[1]!.trigger('click')
    await wait(() => expect((by('notify-daily-at').element as HTMLInputElement).value).toBe('08:30'))
    await by('notify-quiet-from').setValue('07:00')
    await wait(() => expect(page.text()).toContain(t('notify-wrong-time')))
    await by('notify-quiet-from').setValue('21:30')
    await wait(() => expect(page.text()).not.toContain(t('notify-wrong-time')))
    await by('notify-quiet').find('button').trigger('click')
    await wait(() => expect(by('notify-quiet-from').exists()).toBe(false))
  })

  it('say which link of the chain does not hold', async () => {
    await open('/me/notifications', { notify: { problem: 'no_service' } })
    await wait(() => expect(by('notify-chain').text()).toContain(t('notify-system-no-service')))
    await by('notify-try').trigger('click')
    await flushPromises()
    expect(by('notify-chain').text()).not.toContain(t('notify-tried'))
  })

  it('are switched for each topic, and not for one that is muted', async () => {
    await open('/me/notifications', { topics: [{ text: '公交' }, { text: '停水' }] })
    await wait(() => expect(by('notify-topic-1').exists()).toBe(true))
    const box = () => by('notify-topic-1').find('button')
    expect(box().attributes('aria-checked')).toBe('true')
    await box().trigger('click')
    await wait(() => expect(box().attributes('aria-checked')).toBe('false'))
    expect(by('notify-topic-2').find('button').attributes('disabled')).toBeDefined()
  })
})

describe('what one sees and hears', () => {
  it('has more contrast and less motion when that is chosen', async () => {
    inScope(applyPrefs)
    const root = document.documentElement.dataset
    expect([root.contrast, root.motion]).toEqual(['usual', 'usual'])
    Object.assign(prefs, { contrast: 'more', motion: 'less' })
    await flushPromises()
    expect([root.contrast, root.motion]).toEqual(['more', 'less'])
  })

  it('is read sentence by sentence, and not the signs between', () => {
    expect(breaths('一网通办。“再提速”！\n\n——\n好')).toEqual(['一网通办。', '“再提速”！', '好'])
    expect(breaths('长'.repeat(250)).map((part) => part.length)).toEqual([120, 120, 10])
    expect(breaths('')).toEqual([])
  })

  it('reads a letter with who said what, and leaves out what is not there', () => {
    const words = [
      { sort: 'answer', department: '示例局', text: '已经修好。' },
      { sort: 'supplement', department: '', text: '谢谢。' },
    ]
    const heard = breaths(aloud(t, { title: '路灯坏了', text: '三天了。', words }))
    expect(heard[0]).toBe('路灯坏了')
    expect(heard[2]).toMatch(/^示例局.+/)
    expect(heard[4]).toContain(t('words-writer'))
    expect(heard).toHaveLength(6)
    expect(breaths(aloud(t, { title: '路灯坏了', text: null }))).toEqual(['路灯坏了'])
  })

  it('offers the pictures that were not fetched', async () => {
    await core()
    const sha = 'a'.repeat(64)
    const { wrapper } = await at('/news', ArticleBody, { html: `<p>文</p><img src="picture:${sha}" alt="图">` })
    const image = wrapper.find('img')
    await image.trigger('error')
    expect(wrapper.text()).toContain(t('pictures-missing', { count: 1 }))
    await wrapper.find('[data-testid="pictures-show"]').trigger('click')
    expect(image.attributes('src')).toMatch(/\?now$/)
    expect(wrapper.find('[data-testid="pictures-show"]').exists()).toBe(false)
  })
})
