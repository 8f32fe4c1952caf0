// What a key press on 搜索 costs the page, at full and at a quarter of this processor's speed; the built UI with a
// pretended Rust side.
//
//   npm run build && npm run typing
//
// All that the page's main thread does from one key to the next: the press itself, the question, the answer's rows, style,
// layout and paint, by the browser's own account (`Performance.getMetrics`). A frame is 16.7 ms. Rejected: event timing,
// which rounds to 8 ms and leaves out the answer.

import { phone } from './browser.mjs'

const FRAME = 1000 / 60
const WORDS = ['gongjijin', '0577-8888', '示例新闻的正文', '办事指南 示例']

const { page, cdp, close } = await phone('/search', { agencies: 2000 })
const box = page.getByRole('searchbox').or(page.locator('input[type="search"]')).first()
await box.waitFor()
// Of the thread's CPU, not of the clock: others may share the processor.
await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })

async function metrics() {
  const { metrics } = await cdp.send('Performance.getMetrics')
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value * 1000]))
}

/** Every key of every word: milliseconds of the main thread until all that it set off has come to rest. */
async function typed(press = (key) => page.keyboard.insertText(key)) {
  const all = []
  for (const word of WORDS) {
    await box.fill('')
    await page.waitForTimeout(300)
    for (const key of word) {
      const before = await metrics()
      await press(key)
      await page.waitForTimeout(250)
      const after = await metrics()
      const spent = (name) => after[name] - before[name]
      all.push({ work: spent('TaskDuration'), script: spent('ScriptDuration'), layout: spent('LayoutDuration') + spent('RecalcStyleDuration') })
    }
  }
  return all
}

const at = (all, name, part) => all.map((one) => one[name]).sort((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * part))]
const ms = (value) => value.toFixed(1)
await typed()
console.log(`${WORDS.join('').length} keys, a frame is ${ms(FRAME)} ms; milliseconds of the main thread for one key`)
for (const rate of [1, 4]) {
  await cdp.send('Emulation.setCPUThrottlingRate', { rate })
  const idle = await typed(async () => {})
  const all = await typed()
  const over = all.filter((one) => one.work > FRAME).length
  console.log(
    `${rate}× throttle: median ${ms(at(all, 'work', 0.5))} (script ${ms(at(all, 'script', 0.5))}, layout ${ms(at(all, 'layout', 0.5))}), 95 % ${ms(at(all, 'work', 0.95))}, most ${ms(at(all, 'work', 1))}; ${over} of ${all.length} more than a frame; with no key pressed ${ms(at(idle, 'work', 0.5))}`,
  )
}
await close()
