/** 网络问政 as a person meets it: writing, sending, following, looking at others' letters. */
import { flushPromises } from '@vue/test-utils'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import AppShell from '../src/components/AppShell.vue'
import { base64 } from '../src/draft'
import { faultText } from '../src/faults'
import { letterFilterOf } from '../src/letterfilter'
import { outProblem, stepName } from '../src/letterwords'
import { pointOf } from '../src/point'
import { pathOf } from '../src/words'
import { at, by, core, page, t, wait } from './help'
import { installLetters } from './mock-letters.mjs'

const see = (id: string) => vi.waitFor(() => (expect(by(id).exists(), id).toBe(true), by(id)), { timeout: 20_000 })

async function open(path: string, scenario = {}) {
  await core(scenario)
  const mock = installLetters(scenario)
  const { router } = await at(path, AppShell)
  await flushPromises()
  const called = (command: string) => mock.calls.filter((call) => call.command === command).map((call) => call.args)
  return { mock, router, called }
}

describe('a letter being written', () => {
  it('is saved at a pause in typing, and says so', async () => {
    const { mock, called } = await open('/petitions/draft/d-2')
    await (await see('title')).setValue('路灯不亮（示例）')
    expect(by('saved').text()).toBe('正在保存')
    await wait(() => expect(mock.drafts.get('d-2')!.form.title).toBe('路灯不亮（示例）'))
    await wait(() => expect(by('saved').text()).toBe('已保存'))
    expect(called('save_draft')).toHaveLength(1)
  })

  it('is saved when one leaves before the pause is over', async () => {
    const { mock, router } = await open('/petitions/draft/d-2')
    await (await see('text')).setValue('半个月了（示例）')
    await router.push('/news')
    await wait(() => expect(mock.drafts.get('d-2')!.form.text).toBe('半个月了（示例）'))
  })

  it('keeps what is typed when the row changes underneath', async () => {
    const { mock } = await open('/petitions/draft/d-2')
    await (await see('title')).setValue('还在写')
    mock.emit('letters-changed', null)
    await flushPromises()
    expect((by('title').element as HTMLInputElement).value).toBe('还在写')
  })

  it('says when it could not be saved', async () => {
    await open('/petitions/draft/d-2', { fails: { save_draft: 'disk_full' } })
    await (await see('title')).setValue('x')
    await wait(() => expect(by('saved').text()).toBe('没有保存成功'))
  })

  it('names what is missing at the field and in the summary', async () => {
    const { router } = await open('/petitions/draft/d-2')
    await see('next')
    await page.find('form').trigger('submit')
    const summary = await see('faults')
    expect(summary.findAll('a').map((link) => link.text())).toEqual(['标题：请填写', '内容：请填写'])
    expect(page.find('#f-title').attributes('aria-describedby')).toContain('f-title-error')
    expect(page.find('#f-title-error').text()).toContain('请填写')
    expect(router.currentRoute.value.query.step).toBeUndefined()
  })

  it('takes photos and files, nine at most', async () => {
    const { mock } = await open('/petitions/draft/d-2')
    const input = await see('files')
    const files = Array.from({ length: 11 }, (_, i) => new File(['x'], `${i}.png`, { type: 'image/png' }))
    Object.defineProperty(input.element, 'files', { configurable: true, value: files })
    await input.trigger('change')
    await wait(() => expect(mock.drafts.get('d-2')!.files).toHaveLength(9))
    await wait(() => expect(by('files').exists()).toBe(false))
    expect(by('toast').text()).toContain('最多 9 个')
  })
})

describe('the place of a letter', () => {
  const value = (id: string) => page.find<HTMLInputElement>(id).element.value
  /** What the system answers when it is asked where the device is. */
  function system(answer: (ok: (found: unknown) => void, fail: (error: { code: number }) => void) => void) {
    Object.defineProperty(navigator, 'geolocation', { configurable: true, value: { getCurrentPosition: answer } })
    onTestFinished(() => void Reflect.deleteProperty(navigator, 'geolocation'))
  }
  async function pick(name: string) {
    await (await see('place-pick')).trigger('click')
    await (await see('find')).setValue(name)
    await wait(() => expect(page.find('.pick .option').text()).toContain(name))
    await page.find('[data-testid^="place-schools-"]').trigger('click')
  }

  it('is that of a place out of the directory, which fills what is empty', async () => {
    const { mock, called } = await open('/petitions/draft/d-2')
    await pick('虹桥镇第')
    await wait(() => expect(by('toast').text()).toContain('已填好：地点、县（市、区）、地图坐标'))
    expect(value('#f-address')).toMatch(/^示例市.+ 虹桥镇第.小学（示例）$/)
    expect(value('#f-location')).toBe('28.0006, 120.6722')
    expect(by('place-chosen').text()).toContain('已选：虹桥镇第')
    await wait(() => expect(mock.drafts.get('d-2')!.form).toMatchObject({ location: { lat: 28.0006, lng: 120.6722 } }))
    expect(value('#f-address')).toContain(mock.drafts.get('d-2')!.form.county)
    expect(called('search'), 'asked of the device’s own lists').toEqual([])
    await by('place-clear').trigger('click')
    expect(value('#f-location')).toBe('')
    expect(document.activeElement?.id).toBe('f-location')
    await wait(() => expect(mock.drafts.get('d-2')!.form.location).toBeNull())
    expect(value('#f-address'), 'only the point is cleared').toContain('虹桥镇第')
  })

  it('leaves an address that was typed, and forgets the name when another point is', async () => {
    await open('/petitions/draft/d-2')
    await see('title')
    await page.find('#f-address').setValue('校门口往东第二个路口')
    await pick('虹桥镇第')
    await see('place-chosen')
    expect(value('#f-address')).toBe('校门口往东第二个路口')
    await page.find('#f-location').setValue('28.5, 120.5')
    expect(by('place-chosen').text()).toContain('坐标 28.5, 120.5')
    await page.find('#f-location').setValue('校门口')
    expect(by('place-chosen').exists()).toBe(false)
    expect(page.find('#f-location-error').text()).toContain('看不懂')
    expect(value('#f-location')).toBe('校门口')
  })

  it('has those with a point first, and says which have none', async () => {
    const { mock } = await open('/petitions/draft/d-2')
    const detail = mock.commands.detail!
    mock.commands.detail = (args) => {
      const found = detail(args) as { body: { record: { location?: unknown } } }
      if (args.collection !== 'hospitals') delete found.body.record.location
      return found
    }
    await (await see('place-pick')).trigger('click')
    await wait(() => expect(page.findAll('.pick .option').length).toBe(36))
    expect(page.findAll('.pick .option').map((one) => one.text().includes('没有坐标'))).toEqual([...Array(12).fill(false), ...Array(24).fill(true)])
    expect(page.find('.pick [role="status"]').text()).toContain('没有列全')
    await by('find').setValue('qqqq')
    await wait(() => expect(page.find('.pick [role="status"]').text()).toContain('没有找到'))
  })

  it('is where one is, asked only when one says so', async () => {
    let asked = 0
    system((ok) => (asked++, ok({ coords: { latitude: 28.000_612_3, longitude: 120.672_214_9, accuracy: 24.2 } })))
    await open('/petitions/draft/d-2')
    await see('place-here')
    expect(asked).toBe(0)
    await by('place-here').trigger('click')
    await wait(() => expect(value('#f-location')).toBe('28.00061, 120.67221'))
    expect(by('place-chosen').text()).toContain('误差约 25 米')
  })

  it.each([[1, '没有定位权限'], [2, '定位开关'], [3, '窗边或室外']])('says what to do when the system answers %i', async (code, words) => {
    system((_, fail) => fail({ code }))
    await open('/petitions/draft/d-2')
    await (await see('place-here')).trigger('click')
    expect((await see('place-trouble')).text()).toContain(words)
    expect(by('place-trouble').attributes('role')).toBe('alert')
  })

  it('does not offer where one is when nothing could tell', async () => {
    system(() => undefined)
    Reflect.deleteProperty(navigator, 'geolocation')
    await open('/petitions/draft/d-2')
    await see('place-pick')
    expect(by('place-here').exists()).toBe(false)
  })
})

describe('the check before 提交', () => {
  it('shows what will be hidden and who asked the same', async () => {
    await open('/petitions/draft/d-1?step=check')
    const preview = await see('preview')
    expect(preview.findAll('del').map((piece) => piece.text())).toEqual(['13800000000[手机号，将遮盖]', '示例甲[姓名，将遮盖]'])
    expect(by('found').text()).toContain('手机号 1 处')
    expect(by('similar').text()).toContain('2 封相似')
  })

  it('sends nothing without consent', async () => {
    const { called } = await open('/petitions/draft/d-1?step=check')
    await (await see('submit')).trigger('click')
    await wait(() => expect(page.find('#consent-error').exists()).toBe(true))
    expect(called('submit_letter')).toEqual([])
  })

  it('freezes with consent, and shows the receipt once it was sent', async () => {
    const { mock, router } = await open('/petitions/draft/d-1?step=check')
    await (await see('consent')).setValue(true)
    await by('submit').trigger('click')
    expect((await see('outbox-state')).text()).toContain('等待发出')
    expect(mock.drafts.get('d-1')!.form.consent).toBe(true)
    const number = mock.deliver('d-1')
    await wait(() => expect(router.currentRoute.value.path).toBe(`/petitions/${number}`))
    expect((await see('receipt')).text()).toContain('K7QM-4X2R')
  })
})

describe('the outbox', () => {
  it('says why a letter waits, and lets a frozen one be recalled', async () => {
    const { mock } = await open('/petitions/draft/d-3')
    expect((await see('outbox-state')).text()).toContain('没有网络')
    expect(by('recall').exists()).toBe(false)
    const second = await open('/petitions/draft/d-4')
    await (await see('recall')).trigger('click')
    await wait(() => expect(second.mock.drafts.get('d-4')!.state).toBe('draft'))
    expect(mock.drafts.get('d-3')!.state).toBe('retry')
  })

  it('stands on the landing page; a deleted draft comes back', async () => {
    const { mock } = await open('/petitions')
    expect((await see('outbox')).text()).toContain('等待重发')
    await by('delete-d-2').trigger('click')
    await wait(() => expect(mock.drafts.has('d-2')).toBe(false))
    await (await see('undo')).trigger('click')
    await wait(() => expect(mock.drafts.has('d-2')).toBe(true))
  })
})

describe('my letter', () => {
  it('needs a reason for the two worst grades, and goes through the outbox', async () => {
    const { called } = await open('/petitions/2026-001002-74')
    const form = await see('rate')
    await by('grade-bad').trigger('click')
    await form.trigger('submit')
    await wait(() => expect(form.text()).toContain('请写明不满意的理由'))
    expect(document.activeElement!.id).toBe('rate-reason')
    expect(called('letter_deed')).toEqual([])
    // Whoever is asked how good the answer is has read it.
    const after = by('words-answer').element.compareDocumentPosition(form.element)
    expect(after & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy()
    await page.find('#rate-reason').setValue('没有扶手（示例）')
    await form.trigger('submit')
    await wait(() => expect(called('letter_deed').map((args) => args.deed)).toEqual([{ action: 'rate', text: '', reason: '没有扶手（示例）', rating: 'bad', visibility: null }]))
    expect((await see('pending')).text()).toContain('评分')
  })

  it('offers only what the core allows', async () => {
    await open('/petitions/2026-001009-42')
    await see('letter-acts')
    expect(['withdraw', 'appeal', 'supplement', 'visibility'].filter((id) => by(id).exists())).toEqual([])
  })

  it('is added to with words or files, which lie there when the form is opened again', async () => {
    const { called } = await open('/petitions/2026-001001-37')
    await (await see('supplement')).trigger('click')
    const form = await see('supplement-form')
    await form.trigger('submit')
    await wait(() => expect(form.text()).toContain(t('supplement-missing')))
    expect(called('letter_deed')).toEqual([])
    await page.find('#supplement-text').setValue('又坏了一盏（示例）')
    await wait(() => expect(called('save_draft').at(-1)?.form.text).toBe('又坏了一盏（示例）'))
    await (await see('later')).trigger('click')
    await wait(() => expect(by('supplement-form').exists()).toBe(false))
    await by('supplement').trigger('click')
    await wait(() => expect((page.find('#supplement-text').element as HTMLTextAreaElement).value).toBe('又坏了一盏（示例）'))
    await by('supplement-form').trigger('submit')
    await wait(() => expect(called('letter_deed')[0]?.deed).toMatchObject({ action: 'supplement', text: '又坏了一盏（示例）' }))
    await wait(() => expect(by('supplement-form').exists()).toBe(false))
  })

  it('is withdrawn only after a yes', async () => {
    const { called } = await open('/petitions/2026-001001-37')
    await (await see('withdraw')).trigger('click')
    expect(called('letter_deed')).toEqual([])
    await (await see('yes')).trigger('click')
    await wait(() => expect(called('letter_deed')[0]?.deed.action).toBe('withdraw'))
  })

  it('is found by number and code, and not by a wrong code', async () => {
    const { mock, router } = await open('/petitions', { mine: false })
    await see('look-up')
    await page.find('#look-number').setValue('2026-001004-51')
    await page.find('#look-code').setValue('XXXX')
    await page.find('.look form').trigger('submit')
    expect((await see('look-error')).text()).toContain('不符')
    await page.find('#look-code').setValue('K7QM-4X2R')
    await page.find('.look form').trigger('submit')
    await wait(() => expect(router.currentRoute.value.path).toBe('/petitions/2026-001004-51'))
    expect(mock.mine.has('2026-001004-51')).toBe(true)
  })

  it('is found by the phone that was given with it, and not by a wrong code', async () => {
    const { router, called } = await open('/petitions', { mine: false })
    const form = '.look form + form'
    await see('recover')
    await page.find(form).trigger('submit')
    expect(page.find(form).text()).toContain('请输入手机号')
    expect(called('ask_recovery_code')).toEqual([])
    await page.find('#recover-phone').setValue('13800138000')
    await page.find(form).trigger('submit')
    await see('recover-sent')
    expect(called('ask_recovery_code')).toEqual([{ phone: '13800138000' }])
    await page.find('#recover-code').setValue('000000')
    await page.find(form).trigger('submit')
    expect((await see('recover-error')).text()).toContain('验证码不对')
    await page.find('#recover-code').setValue('123456')
    await page.find(form).trigger('submit')
    await wait(() => expect(router.currentRoute.value.path).toMatch(/^\/petitions\/2026-/))
  })
})

describe('public letters', () => {
  it('tell the light in words and narrow to the red list', async () => {
    const { router, called } = await open('/petitions/public')
    expect((await see('row-letter-1')).text()).toContain('期限内')
    await by('pick-red').trigger('click')
    await wait(() => expect(router.currentRoute.value.query.light).toBe('red'))
    await wait(() => expect(called('public_letters').at(-1)!.query.light).toBe('red'))
  })

  it('are joined from their own page', async () => {
    const { mock } = await open('/petitions/public/3')
    await see('public-letter')
    await (await see('join')).trigger('click')
    await wait(() => expect(mock.letters[2]?.joined).toBe(true))
    await wait(() => expect(by('join').attributes('aria-pressed')).toBe('true'))
  })

  it('open from a deep link and from what was found', async () => {
    const { mock, router } = await open('/news')
    mock.emit('navigate', { path: '/petitions/public/3' })
    await wait(() => expect(router.currentRoute.value.name).toBe('public-letters'))
    expect((await see('letter-title')).text()).toContain('慢特病')
    expect(pathOf('petitions')).toBe('/petitions/public')
  })
})

describe('one’s own data', () => {
  it('says where the key is, and erases only after a yes', async () => {
    const { mock } = await open('/me/data')
    await wait(() => expect(by('keyfile').text()).toContain('应用目录'))
    await by('erase').trigger('click')
    expect(mock.mine.size).toBeGreaterThan(0)
    localStorage.setItem('size', 'elder')
    await (await see('yes')).trigger('click')
    await wait(() => expect(mock.mine.size).toBe(0))
    await wait(() => expect(localStorage.length, 'nor does the window keep what was chosen').toBe(0))
  })
})

describe('small things', () => {
  it('reads points as people paste them', () => {
    const point = { lat: 28.0006, lng: 120.6722 }
    for (const text of ['28.0006, 120.6722', 'geo:28.0006,120.6722', '120.6722 28.0006']) expect(pointOf(text), text).toEqual(point)
    for (const text of ['', '28', '南塘街 1 号', '95, 181', '1,2,3']) expect(pointOf(text), text).toBeNull()
  })
  it('takes nothing from the address that is no filter', () => {
    expect(letterFilterOf({ light: 'blue', state: 'routed', kind: ['help'] })).toEqual({ text: '', state: 'routed', light: null, kind: null, department: null, county: null })
  })
  it('shows a code it does not know rather than nothing', () => {
    expect(stepName(t, 'constructor')).toBe('constructor')
    expect(stepName(t, 'route')).toBe('推送部门')
    expect(outProblem(t, 'new_code')).toContain('没有发出去')
    expect(faultText(t, { field: 'title', code: 'toString' })).toBe('填写不对，请检查')
    expect(faultText(t, { field: 'phone', code: 'bad' })).toBe('应是 7 到 15 位数字，请检查')
    expect(faultText(t, { field: 'title', code: 'required' })).toBe('请填写')
  })
  it('hands over the bytes of a file', async () => {
    expect(await base64(new Blob(['信']))).toBe('5L+h')
  })
})
