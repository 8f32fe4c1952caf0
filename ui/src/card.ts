/**
 * The picture card: title, summary, source, code and the city's mark, drawn on this device in the app's tokens.
 *
 * Rejected: turning the page's own elements into a picture (a library of its own, and every web view lays out
 * otherwise), and the article's photo on it: a photo from the app's own scheme may not be read back from a canvas.
 */
import { hillsOf, mark, ripple, smallPagoda, sunOf, tallPagoda } from './art/shapes'
import type { Share } from './bindings'
import { qrOf } from './qr'
import { OPENING, wrap } from './wrap'

export interface CardWords {
  brand: string
  /** When it was published, as the screens say it; may be empty. */
  day: string
  /** What to do with the code. */
  scan: string
}

const WIDTH = 1080
const MARGIN = 72
const ART = 500
const CODE = 232
const FOOT = 336

/** The card as a PNG in base64. */
export function drawCard(share: Share, words: CardWords, seed: number): string {
  const canvas = document.createElement('canvas')
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error('no canvas')
  const style = getComputedStyle(document.documentElement)
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim()
  const title = `700 60px ${token('font-title')}`
  const body = (size: number, weight = 400) => `${weight} ${size}px ${token('font')}`
  const measured = (font: string) => (text: string) => ((pen.font = font), pen.measureText(text).width)

  const titles = wrap(share.title, WIDTH - 2 * MARGIN, 5, measured(title))
  const summary = wrap(share.summary, WIDTH - 2 * MARGIN - 36, 5, measured(body(36)))
  const source = [share.source, words.day].filter(Boolean).join('  ·  ')
  const top = ART + 72
  const summaryTop = top + titles.length * 84 + 36
  const sourceTop = summary.length ? summaryTop + summary.length * 58 + 36 : summaryTop
  const foot = Math.max(sourceTop + (source ? 84 : 0) + 24, 1080)
  canvas.width = WIDTH
  canvas.height = foot + FOOT

  pen.fillStyle = token('surface')
  pen.fillRect(0, 0, WIDTH, canvas.height)
  drawArt(pen, token, seed)

  pen.textBaseline = 'alphabetic'
  write(pen, titles, { x: MARGIN, y: top + 56, step: 84, font: title, color: token('ink') })
  if (summary.length) {
    pen.fillStyle = token('ou')
    pen.fillRect(MARGIN, summaryTop, 6, summary.length * 58)
    write(pen, summary, { x: MARGIN + 36, y: summaryTop + 42, step: 58, font: body(36), color: token('ink-2') })
  }
  write(pen, wrap(source, WIDTH - 2 * MARGIN, 1, measured(body(32))), { x: MARGIN, y: sourceTop + 40, step: 0, font: body(32), color: token('ink-3') })

  pen.fillStyle = token('paper')
  pen.fillRect(0, foot, WIDTH, FOOT)
  // The red double rule of the 流转单.
  pen.fillStyle = token('seal')
  pen.fillRect(0, foot, WIDTH, 4)
  pen.fillRect(0, foot + 10, WIDTH, 2)
  const middle = foot + 12 + (FOOT - 12) / 2
  drawMark(pen, MARGIN, middle - 60, 120)
  write(pen, [words.brand], { x: MARGIN + 152, y: share.url ? middle - 6 : middle + 16, step: 0, font: `700 46px ${token('font-title')}`, color: token('ink') })
  if (share.url) {
    write(pen, [words.scan], { x: MARGIN + 152, y: middle + 50, step: 0, font: body(32), color: token('ink-2') })
    drawCode(pen, share.url, WIDTH - MARGIN - CODE, middle - CODE / 2)
  }
  return canvas.toDataURL('image/png').split(',')[1] ?? ''
}

interface Place {
  x: number
  y: number
  step: number
  font: string
  color: string
}

function write(pen: CanvasRenderingContext2D, lines: string[], { x, y, step, font, color }: Place) {
  pen.font = font
  pen.fillStyle = color
  const full = pen.measureText('国').width
  lines.forEach((line, i) => {
    // A full-width opening mark stands in the right half of its square: the line would look indented.
    const opens = OPENING.test(line) && pen.measureText(line.charAt(0)).width > full * 0.9
    pen.fillText(line, opens ? x - full * 0.45 : x, y + i * step)
  })
}

/** The hills over the whole width, as in place of a photo. */
function drawArt(pen: CanvasRenderingContext2D, token: (name: string) => string, seed: number) {
  pen.save()
  pen.beginPath()
  pen.rect(0, 0, WIDTH, ART)
  pen.clip()
  pen.fillStyle = token('sky')
  pen.fillRect(0, 0, WIDTH, ART)
  const scale = WIDTH / 320
  // The lower part of the box, down to the last ripple.
  pen.translate(0, ART - 176 * scale)
  pen.scale(scale, scale)
  pen.fillStyle = token('sun')
  pen.beginPath()
  pen.arc(sunOf(seed), 50, 17, 0, 2 * Math.PI)
  pen.fill()
  hillsOf(seed).forEach((hill, i) => {
    pen.fillStyle = token(`hill-${i + 1}`)
    pen.fill(new Path2D(hill))
  })
  for (const pagoda of [tallPagoda, smallPagoda]) pen.fill(new Path2D(pagoda))
  pen.strokeStyle = token('hill-1')
  pen.lineWidth = 1.2
  for (const i of [-1, 0, 1]) pen.stroke(new Path2D(ripple(i)))
  pen.restore()
}

function drawMark(pen: CanvasRenderingContext2D, x: number, y: number, size: number) {
  pen.save()
  pen.translate(x, y)
  pen.scale(size / 48, size / 48)
  pen.fillStyle = '#143f47'
  const corner = 10
  pen.beginPath()
  pen.moveTo(corner, 0)
  pen.arcTo(48, 0, 48, 48, corner)
  pen.arcTo(48, 48, 0, 48, corner)
  pen.arcTo(0, 48, 0, 0, corner)
  pen.arcTo(0, 0, 48, 0, corner)
  pen.fillStyle = '#eef6f3'
  pen.fill()
  pen.fillStyle = '#143f47'
  for (const tower of mark.towers) pen.fill(new Path2D(tower))
  pen.lineCap = 'round'
  pen.lineWidth = 2.2
  for (const { path, color } of mark.rivers) {
    pen.strokeStyle = color
    pen.stroke(new Path2D(path))
  }
  pen.restore()
}

/** On white in every theme: readers want it so. */
function drawCode(pen: CanvasRenderingContext2D, url: string, x: number, y: number) {
  const qr = qrOf(url)
  pen.save()
  pen.fillStyle = '#fff'
  pen.fillRect(x, y, CODE, CODE)
  // Whole pixels for every square, in the middle of the plate.
  const square = Math.floor(CODE / qr.size)
  const edge = Math.floor((CODE - square * qr.size) / 2)
  pen.translate(Math.round(x) + edge, Math.round(y) + edge)
  pen.scale(square, square)
  pen.fillStyle = '#14262a'
  pen.fill(new Path2D(qr.path))
  pen.restore()
}
