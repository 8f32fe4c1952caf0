// A client of PouchDB-server: `load URL FILE` puts records there, `sync URL FOLDER` replicates them into LevelDB, as
// PouchDB does by itself. Its packages are those that the server brings; the working folder has them.
'use strict'
const fs = require('node:fs')
const path = require('node:path')
const { createRequire } = require('node:module')

const bring = createRequire(path.join(process.cwd(), 'package.json'))
const PouchDB = bring('pouchdb-core')
  .plugin(bring('pouchdb-adapter-http'))
  .plugin(bring('pouchdb-adapter-leveldb'))
  .plugin(bring('pouchdb-replication'))

async function load(url, file) {
  const there = new PouchDB(`${url}/news`)
  const lines = fs.readFileSync(file, 'utf8').split('\n').filter(Boolean)
  for (let at = 0; at < lines.length; at += 500) {
    const docs = lines.slice(at, at + 500).map((line) => {
      const { key, record } = JSON.parse(line)
      return { _id: key, ...record }
    })
    const before = await there.allDocs({ keys: docs.map((doc) => doc._id) })
    before.rows.forEach((row, n) => row.value && (docs[n]._rev = row.value.rev))
    const failed = (await there.bulkDocs(docs)).filter((answer) => answer.error)
    if (failed.length) throw new Error(JSON.stringify(failed[0]))
  }
}

async function sync(url, folder) {
  const here = new PouchDB(path.join(folder, 'pouch'))
  await here.replicate.from(`${url}/news`, { batch_size: 500 })
  console.log((await here.info()).doc_count)
  await here.close()
}

const [name, url, place] = process.argv.slice(2)
;({ load, sync })[name](url, place).catch((e) => {
  console.error(e)
  process.exit(1)
})
