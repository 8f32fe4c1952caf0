// The built UI on a port of its own, under the app's content security policy.

import { createServer } from 'node:http'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const DIST = fileURLToPath(new URL('../dist', import.meta.url))
const CSP =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'"
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' }

/** A picture whose colours depend on its hash. */
function picture(address) {
  const hue = Number.parseInt(address.slice(-3), 16) * 47
  return `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="400"><rect width="640" height="400" fill="hsl(${hue % 360} 30% 62%)"/><path d="M0 400V260l160-90 150 80 140-120 190 130v140z" fill="hsl(${hue % 360} 35% 38%)"/><text x="24" y="50" font-size="32" fill="#fff">示例图片</text></svg>`
}

/** Answers the server, listening. */
export function serve() {
  // Read once, so that a build during a run changes nothing.
  const files = new Map([...readdirSync(DIST), ...readdirSync(join(DIST, 'assets')).map((name) => `assets/${name}`)].filter((name) => extname(name)).map((name) => [`/${name}`, readFileSync(join(DIST, name))]))
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost')
    if (pathname.startsWith('/picture/')) return response.writeHead(200, { 'content-type': 'image/svg+xml' }).end(picture(pathname))
    const file = extname(pathname) ? pathname : '/index.html'
    const bytes = files.get(file)
    if (!bytes) return response.writeHead(404).end()
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', 'content-security-policy': CSP, 'cache-control': 'max-age=600' })
    response.end(bytes)
  })
  return new Promise((ready) => server.listen(0, '127.0.0.1', () => ready(server)))
}
