// What the first screen costs: every script and style sheet that index.html names, gzipped. Fails above the budget.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const BUDGET = 130_000
const dist = fileURLToPath(new URL('../dist/', import.meta.url))
const html = readFileSync(`${dist}index.html`, 'utf8')
const files = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map((match) => match[1])
const size = files.reduce((sum, file) => sum + gzipSync(readFileSync(dist + file)).length, 0)

console.log(`first screen: ${(size / 1000).toFixed(1)} kB gzipped in ${files.length} files, budget ${BUDGET / 1000} kB`)
process.exit(size > BUDGET ? 1 : 0)
