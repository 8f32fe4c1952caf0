// Every page of the staff's desk, as each role sees it, in a phone's width and a desktop's, light and dark: runs axe over
// it and fails on any violation, any script error and any sideways scrolling. Pictures in shots-desk/.
//
//   weimenhu-server demo --sample assets/wenzhou/sample --no-serve --data-dir DIR > SIGN-INS
//   weimenhu-server serve --data-dir DIR
//   npm run desk -- http://127.0.0.1:8080 SIGN-INS            everybody
//   npm run desk -- http://127.0.0.1:8080 SIGN-INS guanli     only logins that begin so

import { createHmac } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AXE, launch } from './browser.mjs'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const SHOTS = here('../shots-desk')
const [origin, file, only = ''] = process.argv.slice(2)
if (!file) throw new Error('npm run desk -- ORIGIN SIGN-INS [LOGIN]')

/** One of each role is enough. */
const LOGINS = ['shenhe1', 'duban', 'huawu', 'shenji', 'guanli', 'jingban1', 'fuze1', 'xieban1'].filter((login) => login.startsWith(only))
/** Letters that are opened of each list: what can be done differs by state. */
const LETTERS = 14
const VIEWS = [
  { name: 'phone-light', viewport: { width: 390, height: 844 }, colorScheme: 'light' },
  { name: 'desk-dark', viewport: { width: 1280, height: 800 }, colorScheme: 'dark' },
]

/** The six digits of now (RFC 6238), from a secret in base32. */
function code(secret) {
  const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)))
  const turn = Buffer.alloc(8)
  turn.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)))
  const mac = createHmac('sha1', key).update(turn).digest()
  const at = mac[19] & 15
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

const signIns = new Map(
  readFileSync(file, 'utf8').split('\n').map((line) => line.trim().split(/\s+/)).filter((words) => LOGINS.includes(words[0])).map(([login, password, secret]) => [login, { password, secret }]),
)

async function signIn(page, login) {
  const { password, secret } = signIns.get(login) ?? {}
  if (!secret) throw new Error(`${login} is not in ${file}`)
  await page.goto(`${origin}/desk/sign-in`)
  await page.fill('[name=login]', login)
  await page.fill('[name=password]', password)
  await page.fill('[name=code]', code(secret))
  await Promise.all([page.waitForURL((url) => !url.pathname.endsWith('sign-in')), page.click('main form button')])
}

/** The pages that this role is shown a way to, and some letters of its queue. */
async function pagesOf(page) {
  const links = (await page.$$eval('a[href^="/desk"]', (all) => all.map((a) => a.getAttribute('href')))).filter((href) => !/\.(csv|xlsx)|files\//.test(href))
  const letters = [...new Set(links.filter((href) => href.startsWith('/desk/letters/')))]
  const step = Math.max(1, Math.floor(letters.length / LETTERS))
  const others = [...new Set(links.filter((href) => !href.startsWith('/desk/letters/') && !href.includes('?')))]
  return [...others, ...letters.filter((_, n) => n % step === 0).slice(0, LETTERS)]
}

async function look(page, path, name) {
  const faults = []
  const heard = (error) => faults.push(`script: ${error.message}`)
  page.on('pageerror', heard)
  const answer = await page.goto(origin + path)
  if (answer.status() !== 200) faults.push(`status ${answer.status()}`)
  // Everything that is folded is somebody's to use.
  await page.$$eval('details', (all) => all.forEach((one) => (one.open = true)))
  await page.evaluate(AXE)
  const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ['violations'] }))
  for (const { id, nodes } of violations) faults.push(`axe ${id}: ${nodes.map((node) => node.target.join(' ')).slice(0, 3).join(' | ')}`)
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  if (over > 0) faults.push(`scrolls sideways by ${over} px`)
  await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true })
  page.off('pageerror', heard)
  return faults
}

rmSync(SHOTS, { recursive: true, force: true })
mkdirSync(SHOTS)
const browser = await launch()
let looked = 0
let bad = 0
for (const { name, ...options } of VIEWS) {
  const stranger = await (await browser.newContext({ ...options, locale: 'zh-CN' })).newPage()
  const open = ['/desk/sign-in', '/report']
  const tell = (who, path, faults) => {
    looked++
    if (faults.length) bad++
    for (const fault of faults) console.log(`✗ ${name} ${who} ${path}: ${fault}`)
  }
  for (const path of open) tell('-', path, await look(stranger, path, `${name}-open${path.replaceAll('/', '_')}`))
  for (const login of LOGINS) {
    const context = await browser.newContext({ ...options, locale: 'zh-CN' })
    const page = await context.newPage()
    await signIn(page, login)
    for (const path of await pagesOf(page)) tell(login, path, await look(page, path, `${name}-${login}${path.replaceAll('/', '_')}`))
    await context.close()
  }
}
await browser.close()
console.log(`${looked} pages looked at, ${bad} with faults`)
process.exit(bad ? 1 : 0)
