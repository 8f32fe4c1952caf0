/**
 * The Rust side, pretended: answers every command from sample content and lets a test send events.
 *
 * Self-contained, because Playwright carries its text into the page (`addInitScript(installMock, scenario)`); Vitest
 * calls it directly. All content is made up and marked 示例; the numbers cannot be dialled.
 *
 * A scenario may set: news, notices, agencies, schools (how many), sync, about, storage (parts of those answers),
 * fails ({ command: code }), absent/unreadable (ids of news), slow (ms for every answer), pictures (address prefix).
 */
export function installMock(scenario = {}) {
  const s = { news: 240, notices: 160, agencies: 5148, schools: 620, fails: {}, absent: [], unreadable: [], slow: 0, ...scenario }
  const now = Date.parse('2026-11-22T10:00:00+08:00')
  const hour = 3_600_000
  const sha = (n) => n.toString(16).padStart(64, '0')
  const iso = (time) => new Date(time).toISOString().replace('.000', '')

  if (s.voice) {
    const voice = { lang: 'zh-CN', localService: true, name: '示例' }
    Object.defineProperty(globalThis, 'speechSynthesis', { value: { getVoices: () => [voice], addEventListener() {}, speak() {}, cancel() {} } })
  }

  const headlines = [
    '“一网通办”再提速：四十二项高频事项实现全程网办',
    '瓯江两岸灯光提升工程完工，今晚七时首次亮灯',
    '我市启动冬季困难群众走访慰问行动',
    '市医保局：异地就医直接结算范围再扩大',
    'S3 线一期进入轨道铺设阶段，预计明年底试运行',
    '五马街历史街区微更新方案公开征求意见',
    '全市中小学冬季作息时间本周起调整',
    '洞头海霞村入选乡村旅游示范点',
    '楠溪江流域水质连续三年保持优良',
    '冷空气明日抵达，沿海海面有大风',
  ]
  const bulletins = [
    ['公告', '关于江滨路部分路段夜间封闭施工的公告'],
    ['通知', '关于做好今冬明春火灾防控工作的通知'],
    ['公示', '公共租赁住房配租名单公示（第 38 批）'],
    ['意见征集', '《城市绿化管理办法（草案）》公开征求意见'],
    ['通知', '关于调整部分公交线路运营时间的通知'],
    ['公告', '关于暂停部分网点服务的公告'],
  ]
  const counties = ['鹿城区', '龙湾区', '瓯海区', '洞头区', '乐清市', '瑞安市', '永嘉县', '文成县', '平阳县', '泰顺县', '苍南县', '龙港市']
  const places = [
    'A安阳街道', 'B北白象镇', 'B碧莲镇', 'C茶山街道', 'D大若岩镇', 'F枫林镇', 'G高楼镇', 'H虹桥镇', 'J景山街道', 'K昆阳镇', 'L丽岙街道', 'M马屿镇',
    'N南汇街道', 'O瓯北街道', 'P蒲鞋市街道', 'Q桥头镇', 'R仁岩街道', 'S上塘镇', 'T塘下镇', 'W五马街道', 'X仙岩街道', 'Y雁荡镇', 'Z泽雅镇',
  ]
  const offices = ['便民服务中心', '不动产登记服务点', '残疾人之家', '车管服务站', '党群服务中心', '公证服务点', '疾控服务点', '居家养老服务中心']
  const empty = { subtitle: '', date: '', kind: '', department: '', county: '', phone: '', picture: null, mark: null, letter: '', read: false, starred: false }

  const rows = { news: [], notices: [], leaders: [], agencies: [], phones: [], schools: [], hospitals: [], calendar: [], petitions: [] }
  for (let i = 0; i < s.news; i++) {
    rows.news.push({
      ...empty, collection: 'news', id: i + 1, title: headlines[i % headlines.length], subtitle: ['示例日报', '示例发布', '示例晚报'][i % 3],
      date: iso(now - i * 3.1 * hour - hour / 2), kind: ['要闻', '民生', '县区'][i % 3], department: ['', '市民政局', '市医疗保障局'][i % 3],
      county: i % 4 ? '' : counties[i % 12], picture: i % 3 === 1 ? sha(i + 1) : null, read: i > 3 && i % 2 === 0, starred: i === 2,
      mark: i === 5 ? 'withdrawn' : null,
    })
  }
  for (let i = 0; i < s.notices; i++) {
    const [kind, title] = bulletins[i % bulletins.length]
    rows.notices.push({
      ...empty, collection: 'notices', id: i + 1, title, subtitle: '示例市人民政府办公室', date: iso(now - i * 17 * hour - 2 * hour), kind,
      department: ['市住房和城乡建设局', '市消防救援支队', '市交通运输局'][i % 3], county: i % 2 ? '' : counties[i % 12],
      mark: [null, null, 'expired', null, 'repealed', null][i % 6], read: i % 5 === 4,
    })
  }
  const posts = ['市长', '常务副市长', '副市长', '副市长', '副市长', '秘书长']
  posts.forEach((post, i) => rows.leaders.push({ ...empty, collection: 'leaders', id: i + 1, title: `示例${'甲乙丙丁戊己'[i]}`, subtitle: post, department: '示例市人民政府', picture: sha(900 + i) }))

  const directory = (collection, count, make) => {
    for (let i = 0; i < count; i++) {
      const place = places[Math.floor((i * places.length) / count)]
      rows[collection].push({ ...empty, collection, id: i + 1, letter: place[0], county: counties[i % 12], ...make(place.slice(1), i) })
    }
  }
  const number = (i) => `0577-0000${String(1000 + (i % 9000))}`
  directory('agencies', s.agencies, (place, i) => ({ title: `${place}${offices[i % 8]}（示例）`, kind: ['县级部门', '直属单位', '市级部门'][i % 3], phone: number(i) }))
  directory('phones', 46, (place, i) => ({ title: `${place}${['供水抢修', '燃气服务', '法律援助', '公交咨询'][i % 4]}（示例）`, subtitle: '', kind: ['民生服务', '紧急求助', '政务服务'][i % 3], phone: number(i) }))
  directory('schools', s.schools, (place, i) => ({ title: `${place}第${'一二三四五'[i % 5]}小学（示例）`, kind: ['小学', '初中', '幼儿园'][i % 3], subtitle: i % 4 ? '公办' : '民办', phone: number(i) }))
  directory('hospitals', 88, (place, i) => ({ title: `${place}卫生院（示例）`, kind: '社区卫生服务中心', subtitle: i % 5 ? '' : '三级甲等', phone: number(i) }))

  const pass = (row, f) =>
    (!f.text || row.title.includes(f.text) || row.letter.toLowerCase() === f.text.toLowerCase()) &&
    ['department', 'county', 'kind'].every((key) => !f[key] || row[key] === f[key]) &&
    (!f.from || row.date.slice(0, 10) >= f.from) && (!f.to || row.date.slice(0, 10) <= f.to) && (!f.starred || row.starred)
  const chosen = (collection, filter) => rows[collection].filter((row) => pass(row, filter ?? {}))
  const tally = (values) => {
    const counts = new Map()
    for (const value of values) if (value) counts.set(value, (counts.get(value) ?? 0) + 1)
    return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count)
  }

  const text =
    '<p>11月21日上午，全市“一网通办”深化推进会召开。会议通报，今年以来全市政务服务事项网上可办率达到98.6%，掌上可办率达到96.2%，群众平均跑动次数降至0.2次。（示例）</p>' +
    `<figure><img src="picture:${sha(77)}" alt="政务服务大厅，窗口前有人咨询"><figcaption>政务服务大厅（示例图片）</figcaption></figure>` +
    '<p>会议指出，要坚持以人民为中心的发展思想，聚焦老年人、残疾人等群体的实际需求，持续优化“长辈版”界面，保留并改善线下窗口和电话服务渠道，让数据多跑路、群众少跑腿。</p>' +
    '<h2>首批升级的项目</h2><ul><li>医保报销、异地就医备案</li><li>老年优待证申领</li><li>居住证办理、公积金提取</li></ul>' +
    '<table><tr><th>事项</th><th>办理时间</th></tr><tr><td>老年优待证</td><td>当场办结</td></tr><tr><td>异地就医备案</td><td>1 个工作日</td></tr></table>' +
    '<p>详情见<a href="https://www.example.gov.cn/service/42">政务服务网</a>，或拨打 <a href="tel:12345">12345</a> 咨询。</p>'
  const place = (row) => ({ address: `示例市${row.county}示例路 ${row.id} 号`, phones: [{ label: '办公室', number: row.phone }, { label: '值班', number: '0577-00000001' }], location: { lat: 28.0006, lng: 120.6722 }, county: row.county, website: 'https://www.example.gov.cn/' })
  const body = (row) => {
    const { collection, id, title, kind, subtitle, date } = row
    if (collection === 'news' && s.absent.includes(id)) return { type: 'absent' }
    if (collection === 'news' && s.unreadable.includes(id)) return { type: 'unreadable' }
    switch (collection) {
      case 'news':
      case 'notices':
        return {
          type: 'article',
          record: {
            title, summary: '从医保报销到老年优待证申领，更多事项不用跑窗口。（示例）', html: text, published: date, source: subtitle, department: row.department, kind,
            ...(row.mark ? { mark: { kind: row.mark, since: '2026-11-20', reason: '被示例发〔2026〕12 号文件代替。' } } : {}),
            ...(collection === 'notices' ? { attachments: [{ name: '封闭施工路段示意图（示例）.pdf', sha256: sha(500), size: 1_234_567, media_type: 'application/pdf' }] } : {}),
          },
        }
      case 'leaders':
        return { type: 'leader', record: { name: title, post: subtitle, department: row.department, portfolio: '领导市人民政府全面工作。（示例）', photo: { sha256: row.picture, width: 300, height: 400, alt: '' }, order: id } }
      case 'agencies':
        return { type: 'agency', record: { name: title, short: '', parent: '示例市政务服务局', kind, duties: '一、受理居民办事申请。\n二、提供政策咨询。\n三、承办上级交办的其他事项。', hours: '工作日 8:30–12:00，14:00–17:30', ...place(row) } }
      case 'phones':
        return { type: 'phone', record: { name: title, phones: [{ number: row.phone }], category: kind, hours: '24 小时', note: '停水、水压低、漏水时拨打。（示例）', county: row.county } }
      case 'schools':
        return { type: 'school', record: { name: title, level: kind, ownership: subtitle, ...place(row) } }
      default:
        return { type: 'hospital', record: { name: title, kind, grade: subtitle, hours: '每天 8:00–17:00', ...place(row) } }
    }
  }

  const state = {
    sync: { phase: 'idle', done: 0, total: 0, contentAsOf: '2026-11-22T01:30:00Z', lastSuccess: '2026-11-22T01:42:10Z', problem: null, minApp: null, ...s.sync },
    storage: { database: 48_600_000, pictures: 121_300_000, pictureCap: 300_000_000, staging: 0, records: 9_412, bodies: 3_107, keep: 'days90', fetchPictures: 'always', ...s.storage },
    recent: s.recent ?? [],
    recentOn: s.recentOn ?? true,
    about: { city: 'wenzhou', version: '0.1.0', server: 'https://portal.example.gov.cn', demo: true, rebuiltFrom: null, ...s.about },
  }
  const find = (collection, id) => {
    const row = rows[collection].find((r) => r.id === id)
    if (!row) throw 'not_found'
    return row
  }
  const change = (collection, id, patch) => {
    const at = rows[collection].findIndex((r) => r.id === id)
    rows[collection][at] = { ...rows[collection][at], ...patch }
    emit('changed', { collections: [collection] })
    return null
  }

  const topics = (s.topics ?? []).map((form, at) => ({ id: at + 1, muted: at === 1, notify: at !== 2, broad: (form.text ?? '').length === 1, form: { text: '', collection: null, department: '', county: '', letter: null, ...form } }))
  const dropped = new Set()
  const same = (a, b) => JSON.stringify(a) === JSON.stringify({ ...a, ...b })
  const choice = { on: true, letters: true, quiet: { from: '22:00', to: '07:00' }, digest: null, ...s.notifyChoice }
  const followedNow = (answer) => (emit('inbox-changed', null), answer)
  const meant = (form) =>
    [...rows.notices, ...rows.news].filter((row) => (!form.collection || row.collection === form.collection) && (!form.department || row.department === form.department) && (!form.county || row.county === form.county) && row.title.includes(form.text) && !form.letter)
  const arrived = () => {
    const all = topics.filter((one) => !one.gone)
    return [...rows.notices, ...rows.news]
      .filter((row) => !dropped.has(`${row.collection}-${row.id}`))
      .map((row) => ({ row, arrived: '2026-11-22T01:42:10Z', topics: all.filter((one) => meant(one.form).includes(row)).map((one) => one.id) }))
      .filter((line) => line.topics.length)
      .map((line) => ({ type: 'record', ...line }))
  }

  /** What happened in the person's letters, the latest first. */
  const steps = ['resolve', 'respond', 'route'].slice(0, s.lettersNew ?? 0).map((what, at) => ({ type: 'step', turn: 9 - at, number: '2026-001002-74', title: '小区门口路灯不亮（示例）', what, at: `2026-11-${21 - at}T02:10:00Z`, arrived: '2026-11-22T01:42:10Z', read: false }))
  const isRead = (line) => (line.type === 'step' ? line.read : line.row.read)
  const pageOf = (all, { offset, limit }) => ({ rows: all.slice(offset, offset + limit), total: all.length, offset })

  const split = (text, needle) =>
    text.split(needle).flatMap((piece, i) => (i ? [{ text: needle, hit: true }, { text: piece, hit: false }] : [{ text: piece, hit: false }])).filter((span) => span.text)
  const searched = (query) => {
    const wanted = query.text.trim()
    const matching = Object.keys(rows).flatMap((collection) =>
      chosen(collection, { ...query, text: '' }).filter((row) => row.title.includes(wanted) || row.subtitle.includes(wanted)),
    )
    const found = matching.filter((row) => !query.collection || row.collection === query.collection)
    const counts = Object.keys(rows).map((collection) => ({ collection, count: matching.filter((row) => row.collection === collection).length, capped: false }))
    const isText = (row) => row.collection === 'news' || row.collection === 'notices'
    const few = query.collection ? found : found.filter((row) => !isText(row)).slice(0, 4).concat(found.filter(isText))
    const hits = few.slice(query.offset, query.offset + query.limit).map((row) => ({
      row, title: split(row.title, wanted), score: 1,
      snippet: isText(row) ? split(`……全市政务服务事项网上可办率达到98.6%，与${wanted}有关的事项也在其中。（示例）`, wanted) : [],
    }))
    return {
      directory: hits.filter((hit) => !isText(hit.row)), documents: hits.filter((hit) => isText(hit.row)), total: Math.min(few.length, s.counted ?? few.length), capped: few.length > s.counted,
      counts: query.offset ? [] : counts, suggestion: s.suggestion ?? null, expanded: s.expanded ?? [], relaxed: false, state: s.index ?? { type: 'ready' },
    }
  }

  const commands = {
    list: ({ query: { collection, filter, offset, limit } }) => {
      const all = chosen(collection, filter)
      return { rows: all.slice(offset, offset + limit), total: all.length, offset }
    },
    letters: ({ collection, filter }) => {
      const found = []
      chosen(collection, filter).forEach((row, offset) => {
        if (found.length && found[found.length - 1].letter === row.letter) found[found.length - 1].count++
        else found.push({ letter: row.letter, offset, count: 1 })
      })
      return found
    },
    facets: ({ collection }) => ({
      departments: tally(rows[collection].map((r) => r.department)),
      counties: tally(rows[collection].map((r) => r.county)),
      kinds: tally(rows[collection].map((r) => r.kind)),
    }),
    detail: ({ collection, id }) => ({ row: find(collection, id), body: body(find(collection, id)) }),
    counts: () => Object.entries(rows).map(([collection, all]) => ({ collection, total: all.length, unread: all.filter((r) => !r.read).length })),
    mark_read: ({ collection, id, read }) => change(collection, id, { read }),
    star: ({ collection, id, starred }) => change(collection, id, { starred }),
    sync_now: () => null,
    sync_state: () => state.sync,
    storage: () => state.storage,
    set_keep: ({ keep }) => ((state.storage = { ...state.storage, keep }), null),
    set_picture_cap: ({ bytes }) => ((state.storage = { ...state.storage, pictureCap: bytes }), null),
    clean_up: () => (state.storage = { ...state.storage, pictures: 20_000_000 }),
    about: () => state.about,
    save_contact: () => '/home/示例/下载/示例.vcf',
    save_attachment: () => '/home/示例/下载/示例.pdf',
    has_share_sheet: () => s.shareSheet ?? false,
    share_by_system: () => null,
    share: ({ collection, id }) => {
      const row = find(collection, id)
      const url = state.about.server ? `${state.about.server}/s/${collection}/${id}` : ''
      const source = collection === 'petitions' ? row.department : row.subtitle || row.county
      const weibo = url && `https://service.weibo.com/share/share.php?${new URLSearchParams({ url, title: row.title })}`
      return { title: row.title, summary: '从医保报销到老年优待证申领，更多事项不用跑窗口。（示例）', source, date: row.date, text: [row.title, source, url].filter(Boolean).join('\n'), url, weibo, picture: row.picture }
    },
    save_card: () => '/home/示例/下载/示例.png',
    share_card: () => null,
    topics: () => topics.filter((one) => !one.gone).map((one) => ({ id: one.id, form: one.form, title: one.title ?? '', muted: one.muted, notify: one.notify, broad: one.broad, total: meant(one.form).length, unread: meant(one.form).filter((row) => !row.read).length })),
    preview_topic: ({ form }) => {
      if (/^[^\p{L}\p{N}]+$/u.test(form.text)) throw 'invalid'
      const found = meant(form)
      return { month: found.length, capped: false, broad: form.text !== '' && found.length >= 60, rows: found.slice(0, 3), readings: form.text === 'gjj' ? ['公积金', '国际机'] : [], known: topics.find((one) => !one.gone && same(one.form, form))?.id ?? null }
    },
    follow: ({ form }) => {
      const known = topics.find((one) => same(one.form, form))
      if (known) known.gone = false
      else topics.push({ id: topics.length + 1, form: { ...form }, muted: false, notify: true, broad: form.text !== '' && meant(form).length >= 60 })
      return followedNow(known?.id ?? topics.length)
    },
    unfollow: ({ id }) => ((topics.find((one) => one.id === id).gone = true), followedNow(null)),
    refollow: ({ id }) => ((topics.find((one) => one.id === id).gone = false), followedNow(null)),
    mute_topic: ({ id, muted }) => ((topics.find((one) => one.id === id).muted = muted), followedNow(null)),
    notify_topic: ({ id, notify }) => ((topics.find((one) => one.id === id).notify = notify), followedNow(null)),
    notify_state: () => {
      const all = topics.filter((one) => !one.gone)
      const told = all.filter((one) => one.notify && !one.muted).length
      return { choice, topics: all.length, toldTopics: told, lastPoll: '2026-11-22T01:42:10Z', nextPoll: '2026-11-22T02:02:10Z', waiting: 0, heldUntil: null, last: null, problem: null, suspended: false, ...s.notify }
    },
    set_notify_choice: ({ choice: chosen }) => (Object.assign(choice, chosen), followedNow(null)),
    try_notification: () => s.notify?.problem ?? null,
    set_language: () => null,
    set_fetch_pictures: () => null,
    set_metered: () => null,
    order_topics: ({ ids }) => (topics.sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id)), followedNow(null)),
    export_topics: () => '/home/示例/下载/weimenhu-topics.json',
    import_topics: ({ text }) => {
      if (!text.includes('topics')) throw 'invalid'
      return { added: 2, known: 1, refused: 0, over: 0 }
    },
    inbox: ({ query }) => {
      const all = query.topic ? arrived().filter((line) => line.topics.includes(query.topic)) : [...steps.filter((line) => !line.gone), ...arrived()]
      return pageOf(all.filter((line) => !query.unread || !isRead(line)), query)
    },
    drop_step: ({ turn, gone }) => ((steps.find((line) => line.turn === turn).gone = gone), followedNow(null)),
    inbox_counts: () => ({ topics: topics.filter((one) => !one.gone).length, total: arrived().length + steps.length, unread: [...steps.filter((line) => !line.gone), ...arrived()].filter((line) => !isRead(line)).length }),
    read_inbox: () => {
      const records = arrived().filter((line) => !line.row.read).map(({ row }) => ({ collection: row.collection, id: row.id }))
      const unseen = steps.filter((line) => !line.gone && !line.read)
      for (const { collection, id } of records) change(collection, id, { read: true })
      for (const line of unseen) line.read = true
      return followedNow({ records, steps: unseen.map((line) => line.turn) })
    },
    mark_unread: ({ marked }) => {
      marked.records.forEach(({ collection, id }) => change(collection, id, { read: false }))
      for (const line of steps) if (marked.steps.includes(line.turn)) line.read = false
      return followedNow(null)
    },
    drop_from_inbox: ({ collection, id, gone }) => {
      if (gone) dropped.add(`${collection}-${id}`)
      else dropped.delete(`${collection}-${id}`)
      return followedNow(null)
    },
    open_link: () => null,
    open: () => null,
    keep_first_screen: ({ screen }) => ((globalThis.__FIRST_SCREEN__ = { at: Date.now(), screen }), null),
    ready: () => s.deepLink ?? null,
    search: ({ query }) => searched(query),
    recent_searches: () => (state.recentOn ? state.recent : []),
    remember_search: ({ text }) => ((state.recent = [text, ...state.recent.filter((t) => t !== text)].slice(0, 20)), null),
    forget_search: ({ text }) => ((state.recent = state.recent.filter((t) => text !== null && t !== text)), null),
    recent_searches_on: () => state.recentOn,
    set_recent_searches: ({ on }) => ((state.recentOn = on), (state.recent = on ? state.recent : []), null),
  }

  const callbacks = new Map()
  const listeners = new Map()
  const calls = []
  let next = 1
  function emit(event, payload) {
    for (const id of listeners.get(event) ?? []) callbacks.get(id)?.({ event, id, payload })
  }
  async function invoke(command, args) {
    if (command === 'plugin:event|listen') {
      listeners.set(args.event, [...(listeners.get(args.event) ?? []), args.handler])
      return args.handler
    }
    if (command === 'plugin:event|unlisten') return null
    calls.push({ command, args })
    if (s.slow && command !== 'open') await new Promise((done) => setTimeout(done, s.slow))
    if (s.fails[command]) throw s.fails[command]
    return structuredClone((await commands[command](args)) ?? null)
  }
  window.__TAURI_INTERNALS__ = {
    invoke,
    transformCallback: (callback) => (callbacks.set(next, callback), next++),
    unregisterCallback: (id) => callbacks.delete(id),
    convertFileSrc: (path, protocol) => (s.pictures ? `${s.pictures}${path}` : `${protocol}://localhost/${path}`),
  }
  window.__TAURI_EVENT_PLUGIN_INTERNALS__ = {
    unregisterListener: (event, id) => listeners.set(event, (listeners.get(event) ?? []).filter((other) => other !== id)),
  }
  window.mock = { emit, calls, rows, state, commands, scenario: s }
  return window.mock
}
