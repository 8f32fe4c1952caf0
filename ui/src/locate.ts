/** Where this device is, asked of the system when the person says so and at no other time. */
import type { Location } from './bindings'

export type Unlocated = 'refused' | 'unknown' | 'slow'
const reasons: Record<number, Unlocated> = { 1: 'refused', 2: 'unknown', 3: 'slow' }

export const canLocate = () => 'geolocation' in navigator && !!navigator.geolocation

/** Five decimals are a metre. */
const round = (degrees: number) => Number(degrees.toFixed(5))

/** The point, and by how many metres it may be wrong; or why there is none. */
export const locate = (): Promise<{ point: Location; metres: number } | Unlocated> =>
  new Promise((done) =>
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => done({ point: { lat: round(coords.latitude), lng: round(coords.longitude) }, metres: Math.ceil(coords.accuracy) }),
      ({ code }) => done(reasons[code] ?? 'unknown'),
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 },
    ),
  )
