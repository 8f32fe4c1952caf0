/**
 * `v-busy`: a button that does nothing for now and keeps the focus. `disabled` takes the focus away, and whoever works
 * with keys or a screen reader is nowhere once the work is done.
 */
import type { Directive } from 'vue'

function stop(event: Event) {
  if ((event.currentTarget as Element).getAttribute('aria-disabled') !== 'true') return
  event.preventDefault()
  event.stopImmediatePropagation()
}
const show = (button: HTMLElement, busy: boolean) => (busy ? button.setAttribute('aria-disabled', 'true') : button.removeAttribute('aria-disabled'))

export const vBusy: Directive<HTMLElement, boolean> = {
  // Before the button's own listeners: capturing, on the element itself, in the order they were added.
  created: (button) => button.addEventListener('click', stop, true),
  mounted: (button, { value }) => show(button, value),
  updated: (button, { value }) => show(button, value),
}
