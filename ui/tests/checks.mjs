// What is measured on a screen of the built UI, beside axe: each answers its faults as lines.

/** Buttons and links that a thumb would miss. Letters of the rail (24 px, WCAG's least) and links in running text are exempt. */
export const smallTargets = (page, least) =>
  page.evaluate((least) => {
    const found = []
    for (const element of document.querySelectorAll('a[href], button, select, input, [role=radio]')) {
      if (element.closest('.rail, .prose, .skip, label') || element.classList.contains('skip')) continue
      const { width, height } = element.getBoundingClientRect()
      const seen = width && getComputedStyle(element).visibility === 'visible'
      if (seen && (width < least - 0.5 || height < least - 0.5)) found.push(`target ${Math.round(width)}×${Math.round(height)}: ${element.className} ${element.textContent.trim().slice(0, 20)}`)
    }
    return [...new Set(found)]
  }, least)

/** The letters of the rail, which 长辈版 does not have, are exempt. Text that is smaller than `least` pixels, and lines of a paragraph that stand closer than 1.3 of their size (适老化). */
export const smallTexts = (page, least) =>
  page.evaluate((least) => {
    const found = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const range = document.createRange()
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const words = node.textContent.trim()
      const box = node.parentElement
      if (!words || box.closest('svg, script, style, .vh, .skip, .rail')) continue
      range.selectNodeContents(node)
      const lines = new Set([...range.getClientRects()].filter((rect) => rect.width > 1).map((rect) => Math.round(rect.top)))
      const style = getComputedStyle(box)
      if (!lines.size || style.visibility !== 'visible') continue
      const size = parseFloat(style.fontSize)
      const ratio = parseFloat(style.lineHeight) / size
      if (size < least - 0.01) found.push(`text ${size.toFixed(1)} px: ${box.className} ${words.slice(0, 20)}`)
      if (lines.size > 1 && ratio < 1.3 - 0.01) found.push(`lines at ${ratio.toFixed(2)}: ${box.className} ${words.slice(0, 20)}`)
    }
    return [...new Set(found)]
  }, least)

/**
 * Chinese that stands under another language (WCAG 3.1.2). A sentence of the other language with a Chinese name in it is
 * not among them: the name came into it as a variable, and a screen reader can tell the script.
 */
export const unnamedLanguage = (page) =>
  page.evaluate(() => {
    const found = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const words = node.textContent.trim()
      const box = node.parentElement
      if (!/\p{Script=Han}/u.test(words) || /\p{Script=Latin}{2}/u.test(words) || box.closest('script, style')) continue
      if (box.closest('[lang]')?.lang !== 'zh-CN') found.push(`not marked as Chinese: ${box.tagName.toLowerCase()}.${box.className} ${words.slice(0, 20)}`)
    }
    return [...new Set(found)]
  })
