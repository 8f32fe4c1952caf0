// What the first screen costs in each language: every script and style sheet that index.html names, and the words that
// are fetched before anything is shown; for 长辈版, whose home is a screen of its own, that screen as well. Gzipped.
// Fails above the budget.

import { readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const BUDGET = 130_000
const dist = fileURLToPath(new URL('../dist/', import.meta.url))
const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, 'utf8'))
// The app need not carry it.
rmSync(`${dist}.vite`, { recursive: true })
const size = (files) => [...files].reduce((sum, file) => sum + gzipSync(readFileSync(dist + file)).length, 0)

/** The files of a part of the app, and of what it cannot do without. */
function filesOf(part, into = new Set()) {
  const { file, css = [], imports = [] } = manifest[part]
  if (into.has(file)) return into
  into.add(file)
  for (const sheet of css) into.add(sheet)
  for (const next of imports) filesOf(next, into)
  return into
}
const part = (end) => {
  const found = Object.keys(manifest).find((name) => name.split('?')[0].endsWith(end))
  if (!found) throw new Error(`no part ${end} in the manifest`)
  return filesOf(found)
}

const html = readFileSync(`${dist}index.html`, 'utf8')
const frame = new Set([...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map((match) => match[1]))
const words = { 'zh-CN': [], en: part('locales/en/app.ftl'), it: part('locales/it/app.ftl') }
const screens = { news: [], home: part('pages/HomePage.vue') }
let worst = 0
for (const [screen, files] of Object.entries(screens)) {
  const line = Object.entries(words).map(([locale, spoken]) => {
    const bytes = size(new Set([...frame, ...files, ...spoken]))
    worst = Math.max(worst, bytes)
    return `${locale} ${(bytes / 1000).toFixed(1)}`
  })
  console.log(`first screen /${screen}: ${line.join(', ')} kB gzipped, budget ${BUDGET / 1000} kB`)
}
process.exit(worst > BUDGET ? 1 : 0)
