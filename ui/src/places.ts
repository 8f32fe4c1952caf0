/**
 * Places that a person knows, out of the city's own directory: where a letter's matter is, said without a map.
 *
 * Rejected: maps. Their tiles come from somebody who would learn where the writer looks, and do not come without a
 * network.
 */
import * as api from './api'
import type { Location, Row } from './bindings'

/** What has an address in the directory. */
export const placed = ['agencies', 'schools', 'hospitals'] as const
/** Rows of each collection: their points stand in the records, which are read one by one. */
const EACH = 12

export interface Place {
  key: string
  name: string
  address: string
  county: string
  /** Where it is; not every record says it. */
  point: Location | null
}

/** By name, pinyin or initials, those with a point first; `all` when there are no others. */
export async function placesOf(text: string, county: string): Promise<{ places: Place[]; all: boolean }> {
  const filter = { text, ...(county ? { county } : {}) }
  const pages = await Promise.all(placed.map((collection) => api.list({ collection, filter, offset: 0, limit: EACH })))
  const found = await Promise.all(pages.flatMap(({ rows }) => rows.map(placeOf)))
  const places = found.filter((place) => !!place)
  const rank = ({ point }: Place) => (point ? 0 : 1)
  return { places: places.sort((a, b) => rank(a) - rank(b)), all: pages.every(({ rows, total }) => rows.length >= total) }
}

/** A record that went meanwhile, or cannot be read, is left out (house rule 15). */
async function placeOf({ collection, id, title, county }: Row): Promise<Place | undefined> {
  try {
    const { body } = await api.detail(collection, id)
    if (body.type !== 'agency' && body.type !== 'school' && body.type !== 'hospital') return undefined
    const { record } = body
    return { key: `${collection}-${id}`, name: title, address: record.address ?? '', county, point: record.location ?? null }
  } catch {
    return undefined
  }
}
