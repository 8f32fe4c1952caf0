// The gate for the interface's words, and the source of their types.
//
//   node scripts/ftl.mjs           writes src/messages.d.ts
//   node scripts/ftl.mjs --check   fails when that file is stale
//
// Both fail on: syntax junk, a message twice, a term and a message of one name (fluent-rs refuses that), a function
// other than NUMBER (fluent-rs lacks DATETIME), keys or variables that differ between languages, a key used in the
// source but not defined, a key defined but not used.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse, Visitor } from '@fluent/syntax'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const LOCALES = here('../../assets/locales')
const SOURCE = here('../src')
/** The shell says what the system shows. */
const SHELL = here('../../src-tauri/src')
const TYPES = here('../src/messages.d.ts')
const BASE = 'zh-CN'
/** The app's own files; the desk of the server has others. */
const FILES = ['app.ftl', 'petitions.ftl']

/** The messages of one language: key → sorted names of its variables. */
export function messagesOf(source, name) {
  const messages = new Map()
  const terms = new Set()
  const faults = []
  for (const entry of parse(source, {}).body) {
    if (entry.type === 'Junk') faults.push(`${name}: ${entry.annotations[0]?.message}: ${entry.content.trim().slice(0, 60)}`)
    if (entry.type === 'Term') terms.add(entry.id.name)
    if (entry.type !== 'Message') continue
    const key = entry.id.name
    if (messages.has(key)) faults.push(`${name}: ${key} is there twice`)
    const reader = new Reader()
    reader.visit(entry)
    for (const used of reader.functions) if (used !== 'NUMBER') faults.push(`${name}: ${key} uses ${used}(), which fluent-rs lacks`)
    messages.set(key, [...reader.variables].sort())
  }
  for (const term of terms) if (messages.has(term)) faults.push(`${name}: term -${term} and message ${term} share a name`)
  return { messages, faults }
}

class Reader extends Visitor {
  variables = new Set()
  functions = new Set()
  visitVariableReference(node) {
    this.variables.add(node.id.name)
  }
  visitFunctionReference(node) {
    this.functions.add(node.id.name)
    this.genericVisit(node)
  }
}

/** What differs between the base language and another. */
export function drift(base, other, name) {
  const faults = []
  for (const [key, variables] of base) {
    const theirs = other.get(key)
    if (!theirs) faults.push(`${name}: ${key} is missing`)
    else if (theirs.join() !== variables.join()) faults.push(`${name}: ${key} has {${theirs}}, ${BASE} has {${variables}}`)
  }
  for (const key of other.keys()) if (!base.has(key)) faults.push(`${name}: ${key} is not in ${BASE}`)
  return faults
}

/** Keys in a source text: `t('key')`, `key: 'nav-…'` in tables that are handed to `t` (type-checked by vue-tsc), and in
 * Rust `say("key"`. */
export function keysIn(text) {
  const forms = [/\bt\(\s*'([a-z][a-z0-9-]*)'/g, /\bkey: '([a-z]+-[a-z0-9-]+)'/g, /\bsay\("([a-z][a-z0-9-]*)"/g]
  const found = forms.flatMap((form) => [...text.matchAll(form)])
  return found.map((match) => match[1])
}

/** What is used but undefined, and what is defined but unused. */
export function usage(defined, used) {
  const faults = [...used].filter(([key]) => !defined.has(key)).map(([key, file]) => `${file}: ${key} is not defined`)
  for (const key of defined.keys()) if (!used.has(key)) faults.push(`${BASE}: ${key} is not used`)
  return faults
}

/** The types that make an unknown key or a missing variable a compile error. */
export function types(messages) {
  const line = ([key, variables]) => {
    const fields = variables.map((name) => `${name}: string | number`).join('; ')
    return `  '${key}': ${fields ? `{ ${fields} }` : 'undefined'}`
  }
  const head = '// Written by scripts/ftl.mjs from assets/locales. Do not edit.'
  return [head, 'export interface Messages {', ...[...messages].map(line), '}', 'export type MessageKey = keyof Messages', ''].join('\n')
}

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return sources(path)
    return /\.(vue|ts|rs)$/.test(path) && !path.endsWith('.d.ts') ? [path] : []
  })
}

/** Everything wrong with the repository's own words, and the types they make. */
export function audit() {
  const names = readdirSync(LOCALES, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  const read = new Map(names.map((name) => [name, messagesOf(FILES.map((file) => readFileSync(join(LOCALES, name, file), 'utf8')).join('\n'), name)]))
  const base = read.get(BASE).messages
  const used = new Map([...sources(SOURCE), ...sources(SHELL)].flatMap((path) => keysIn(readFileSync(path, 'utf8')).map((key) => [key, path])))
  const faults = [...read].flatMap(([name, { messages, faults }]) => [...faults, ...drift(base, messages, name)])
  return { faults: [...faults, ...usage(base, used)], types: types(base), languages: names.length, count: base.size }
}

function main() {
  const { faults, types, languages, count } = audit()
  if (!process.argv.includes('--check')) writeFileSync(TYPES, types)
  else if (readFileSync(TYPES, 'utf8') !== types) faults.push('src/messages.d.ts is stale: npm run messages')
  for (const fault of faults) console.error(fault)
  console.log(`${languages} languages, ${count} messages, ${faults.length} faults`)
  process.exit(faults.length ? 1 : 0)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main()
