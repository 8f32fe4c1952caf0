/** Short notices at the foot of the window: what was just done, and where it went. */
import { shallowReactive } from 'vue'

export interface Toast {
  id: number
  text: string
  tone: 'done' | 'failed'
}

export const toasts = shallowReactive<Toast[]>([])
let next = 1

export function say(text: string, tone: Toast['tone'] = 'done') {
  toasts.push({ id: next++, text, tone })
  if (toasts.length > 3) toasts.shift()
}

export function dismiss(id: number) {
  const at = toasts.findIndex((toast) => toast.id === id)
  if (at >= 0) toasts.splice(at, 1)
}
