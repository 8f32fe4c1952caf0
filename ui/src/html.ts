/** The last step of an article's HTML before it is shown. Rust has cleaned it; here pictures get their addresses. */
import { picture } from './api'

export function prepare(html: string): string {
  const page = document.createElement('template') // inert: nothing loads while it is being changed
  page.innerHTML = html
  for (const image of page.content.querySelectorAll('img')) {
    const [, sha256] = /^picture:([0-9a-f]{64})$/.exec(image.getAttribute('src') ?? '') ?? []
    if (!sha256) {
      image.remove()
      continue
    }
    image.setAttribute('src', picture(sha256))
    image.setAttribute('loading', 'lazy')
    if (!image.hasAttribute('alt')) image.setAttribute('alt', '')
  }
  for (const table of page.content.querySelectorAll('table')) {
    const frame = document.createElement('div')
    frame.className = 'wide'
    frame.tabIndex = 0
    frame.setAttribute('role', 'group')
    table.replaceWith(frame)
    frame.append(table)
  }
  return page.innerHTML
}

/** The article as plain text, a paragraph a line. */
export function plain(html: string): string {
  const page = document.createElement('template')
  page.innerHTML = html.replace(/<\/(p|div|li|h[1-6]|tr)>|<br\s*\/?>/gi, '$&\n')
  return (page.content.textContent ?? '').replace(/\n{2,}/g, '\n').trim()
}
