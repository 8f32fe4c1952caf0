/** A point as people paste it: `28.0006, 120.6722`, `geo:28.0006,120.6722`, or the other way round. */
import type { Location } from './bindings'

/** Longitudes here are above 90, so that the two cannot be taken for each other. */
export function pointOf(text: string): Location | null {
  const numbers = text.replace(/^geo:/i, '').match(/-?\d{1,3}(?:\.\d+)?/g)?.map(Number) ?? []
  const [first, second] = numbers
  if (numbers.length !== 2 || first === undefined || second === undefined) return null
  const [lat, lng] = Math.abs(first) > 90 ? [second, first] : [first, second]
  return Math.abs(lat) <= 90 && Math.abs(lng) <= 180 ? { lat, lng } : null
}

export const pointText = (point: Location | null) => (point ? `${point.lat}, ${point.lng}` : '')
