// How long a list of 10,000 rows takes to be painted on a slow device, and how many nodes it is; the built UI with a
// pretended Rust side, at a quarter of this processor's speed.
//
//   npm run build && npm run paint
//
// From the press on 办事 to the frame in which the first row stands; the chunk of the screen is loaded before. The peer
// in the same run is a plain list of as many rows, drawn by the browser alone.

import { phone } from './browser.mjs'

const ROWS = 10_000
const ROUNDS = 7

const { page, cdp, close } = await phone('/directory/agencies', { agencies: ROWS })
await page.locator('[data-testid^="row-agencies-"]').first().waitFor()
await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 })

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]
const ours = []
for (let round = 0; round < ROUNDS; round++) {
  await page.getByTestId('nav-news').click()
  await page.locator('[data-testid^="row-news-"]').first().waitFor()
  await page.waitForTimeout(500)
  ours.push(
    await page.evaluate(async () => {
      const start = performance.now()
      document.querySelector('[data-testid="nav-directory"]').click()
      while (!document.querySelector('[data-testid^="row-agencies-"]')) await new Promise(requestAnimationFrame)
      // The frame after the one in which it stands: it has been painted.
      await new Promise(requestAnimationFrame)
      return performance.now() - start
    }),
  )
}
/** What the pretended Rust side takes of it: the real one has a thread of its own. */
const core = await page.evaluate(async () => {
  const start = performance.now()
  const ask = (name, args) => globalThis.__TAURI_INTERNALS__.invoke(name, args)
  await Promise.all([ask('list', { query: { collection: 'agencies', filter: {}, offset: 0, limit: 100 } }), ask('letters', { collection: 'agencies', filter: {} }), ask('facets', { collection: 'agencies' })])
  return performance.now() - start
})
const nodes = await page.evaluate(() => document.querySelector('.rows').querySelectorAll('li').length)
const all = await page.evaluate(() => document.querySelector('.rows').querySelectorAll('*').length)

const plain = []
for (let round = 0; round < 3; round++) {
  plain.push(
    await page.evaluate(async (rows) => {
      const start = performance.now()
      const list = document.createElement('ul')
      list.innerHTML = Array.from({ length: rows }, (_, i) => `<li><a href="#${i}"><b>示例机构${i}</b><span>0577-00001000</span></a></li>`).join('')
      document.body.append(list)
      await new Promise(requestAnimationFrame)
      await new Promise(requestAnimationFrame)
      const took = performance.now() - start
      list.remove()
      return took
    }, ROWS),
  )
}
await close()
const ms = (value) => `${value.toFixed(0)} ms`
console.log(`${ROWS} rows, 4× throttle, ${ROUNDS} rounds`)
console.log(`微门户      median ${ms(median(ours))}, most ${ms(Math.max(...ours))}; ${nodes} rows in the page, ${all} nodes; ${ms(core)} of it in the pretended core`)
console.log(`plain list  median ${ms(median(plain))}; ${ROWS} rows in the page`)
