/** Puts text on the clipboard, also where the web view has no clipboard API. */
export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    const area = document.createElement('textarea')
    area.value = text
    area.style.position = 'fixed'
    area.style.opacity = '0'
    // Inside an open dialog: it takes the focus back from whatever is outside, and the selection with it.
    const dialog = document.activeElement?.closest('[role="dialog"]')
    ;(dialog ?? document.body).append(area)
    area.select()
    const copied = document.execCommand('copy')
    area.remove()
    if (!copied) throw new Error('the web view refused to copy')
  }
}

/** Puts a picture on the clipboard. Only the clipboard API can; where there is none, it is not to be offered. */
export const copyPicture = (picture: Blob): Promise<void> => navigator.clipboard.write([new ClipboardItem({ [picture.type]: picture })])
