/** A link as a QR code: one path of dark squares, for the page and for a canvas. */
import { encode } from 'uqr'

/** The quiet zone around the code that readers need, in squares. */
const QUIET = 4

export interface Qr {
  /** Squares on a side, with the quiet zone. */
  size: number
  /** The dark squares as an SVG path, a square one unit wide. */
  path: string
}

export function qrOf(text: string): Qr {
  // Level M: a code on a glossy screen or a printed page is never whole.
  const { data, size } = encode(text, { ecc: 'M', border: QUIET })
  const squares = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])))
  return { size, path: squares.join('') }
}
