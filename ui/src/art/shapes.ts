/** The shapes of the city's art, for the page and for a canvas: 雁荡 hills, the 瓯江 and the two pagodas of 江心屿. */

/** Four ranges of hills in a box of 320 × 200, the nearest last. The same seed draws the same hills. */
export function hillsOf(seed: number): string[] {
  let state = seed * 9301 + 49297
  const random = () => (state = (state * 9301 + 49297) % 233280) / 233280
  return [1, 2, 3, 4].map((range) => {
    const base = 70 + range * 22
    let path = `M0 200V${base + random() * 14}`
    for (let x = 0; x < 320; x += 64) {
      const rise = `${x + 18} ${base - 34 + range * 4 - random() * 30}`
      const fall = `${x + 40} ${base - 30 + range * 4 + random() * 22}`
      path += `C${rise} ${fall} ${x + 64} ${base - 6 + random() * 16}`
    }
    return `${path}V200Z`
  })
}

export const sunOf = (seed: number) => 232 - (seed % 5) * 17
export const ripple = (i: number) => `M0 ${164 + i * 8}c40-${6 - i} 70 ${5 + i} 120 0s120-4 200 ${i}`

export const tallPagoda =
  'M92 62l2 8h-4zM85 70h14l3 5H82zM87 75h10v9H87zM82 84h20l3 5H79zM85 89h14v10H85zM79 99h26l3 5H76zM83 104h18v60H83z'
export const smallPagoda =
  'M140 84l2 6h-4zM134 90h12l2 4h-16zM136 94h8v8h-8zM132 102h16l2 4h-20zM134 106h12v8h-12zM130 114h20l2 4h-24zM133 118h14v46h-14z'

/** 江心双塔 as a square seal in a box of 48 × 48. */
export const mark = {
  towers: [
    'M15 8l1 4h-2zM11.5 12h7l1 2.2h-9zM12.5 14.2h5v4h-5zM10.5 18.2h9l1 2.2h-11zM12 20.4h6v4.2h-6zM9.5 24.6h11l1 2.2h-13zM11.3 26.8h7.4v5h-7.4z',
    'M33 13l.9 3.4h-1.8zM30 16.4h6l.9 1.9h-7.8zM30.8 18.3h4.4v3.4h-4.4zM29.2 21.7h7.6l.9 1.9h-9.4zM30.4 23.6h5.2v3.4h-5.2zM28.4 27h9.2l.9 1.9H27.5zM29.8 28.9h6.4v2.9h-6.4z',
  ],
  rivers: [
    { path: 'M6 35.5c4-2 8-2 12 0s8 2 12 0 8-2 12 0', color: '#0c665f' },
    { path: 'M10 41c3.5-1.7 7-1.7 10.5 0s7 1.7 10.5 0 5-1.5 7-.8', color: '#a8261c' },
  ],
}
