/** Breaking text into lines for a canvas, which cannot. */

/** What may not begin a line: it stays with the character before it. */
const CLOSING = /^[，。、；：！？”’）》〉】」』…,.;:!?)\]}%]$/
/** What may not end a line: it goes along with the character after it. */
export const OPENING = /^[“‘（《〈【「『(\[{]/
/** A word of Latin letters or digits, a gap, or one character. */
const PIECES = /[A-Za-z0-9@#/_.%+-]+|\s+|[\s\S]/gu

/**
 * `text` in at most `most` lines that measure no more than `width`; what is left over ends in an ellipsis. `measure`
 * is the canvas's own.
 */
export function wrap(text: string, width: number, most: number, measure: (text: string) => number): string[] {
  const lines: string[] = []
  let line = ''
  const pieces = [...(text.trim().match(PIECES) ?? [])].flatMap((piece) => (measure(piece) > width ? [...piece] : [piece]))
  for (const piece of pieces) {
    if (measure(line + piece) <= width || !line) {
      line += /^\s+$/.test(piece) && !line ? '' : piece
      continue
    }
    // The last character goes along, so that no line begins with a mark that closes or ends with one that opens.
    const end = [...line].pop() ?? ''
    const last = (CLOSING.test(piece) || OPENING.test(end)) && line !== end ? end : ''
    lines.push(line.slice(0, line.length - last.length).trimEnd())
    line = last + piece.trimStart()
  }
  if (line) lines.push(line)
  if (lines.length <= most) return lines
  let end = [...(lines[most - 1] ?? '')]
  while (end.length && measure(`${end.join('')}…`) > width) end = end.slice(0, -1)
  return [...lines.slice(0, most - 1), `${end.join('')}…`]
}
