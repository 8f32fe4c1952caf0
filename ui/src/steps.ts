/** ↑ ↓ between the things one can open on a screen, from the box above them and back into it. */

/** Moves the focus; answers whether `key` was such a key. Elements to step through carry `data-hit`. */
export function moveFocus(screen: HTMLElement | undefined, key: string): boolean {
  if (!screen || !['ArrowDown', 'ArrowUp'].includes(key)) return false
  const stops = [...screen.querySelectorAll<HTMLElement>('input[type="search"], [data-hit]')]
  const at = stops.indexOf(document.activeElement as HTMLElement)
  if (at < 0) return false
  const next = stops[at + (key === 'ArrowDown' ? 1 : -1)]
  next?.focus()
  next?.scrollIntoView({ block: 'nearest' })
  return true
}
