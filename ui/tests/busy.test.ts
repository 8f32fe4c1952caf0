import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { defineComponent, h, ref, withDirectives } from 'vue'
import { vBusy } from '../src/busy'

/** Works until it is told that the work is done. */
function worker() {
  const [busy, begun] = [ref(false), ref(0)]
  const press = () => {
    begun.value++
    busy.value = true
  }
  const component = defineComponent(() => () => withDirectives(h('button', { onClick: press }, String(begun.value)), [[vBusy, busy.value]]))
  const page = mount(component, { attachTo: document.body })
  return { page, busy, begun, button: page.get('button') }
}

describe('a button that is at work', () => {
  it('keeps the focus, says so, and is not pressed a second time', async () => {
    const { page, busy, begun, button } = worker()
    button.element.focus()
    await button.trigger('click')
    expect(button.attributes()).toMatchObject({ 'aria-disabled': 'true' })
    expect(button.attributes('disabled')).toBeUndefined()
    expect(document.activeElement).toBe(button.element)
    await button.trigger('click')
    expect(begun.value).toBe(1)
    busy.value = false
    await page.vm.$nextTick()
    await button.trigger('click')
    expect(begun.value).toBe(2)
    page.unmount()
  })
})
