/**
 * 网络问政 of the pretended Rust side: letters in every state and light, drafts, an outbox that can be let go.
 *
 * Self-contained like [installMock], which must have run: Playwright carries its text into the page. All letters are
 * made up and marked 示例; numbers and codes lead nowhere.
 *
 * A scenario may set: letters (how many public ones), mine (false: none), drafts (false: none), faults.
 */
export function installLetters(scenario = {}) {
  const mock = window.mock
  const s = { letters: 260, mine: true, drafts: true, ...scenario }
  const now = Date.parse('2026-11-22T10:00:00+08:00')
  const day = 86_400_000
  const iso = (time) => new Date(time).toISOString().replace('.000', '')
  const date = (time) => new Date(time + 8 * 3_600_000).toISOString().slice(0, 10)
  const states = ['routed', 'responded', 'resolved', 'closed', 'reopened', 'resolved', 'responded', 'submitted', 'declined', 'merged', 'withdrawn', 'closed']
  const kinds = ['consult', 'suggest', 'complain', 'help', 'thank']
  const departments = ['市交通运输局', '市综合行政执法局', '市医疗保障局', '市教育局', '市生态环境局', '市人力资源和社会保障局', '市住房和城乡建设局', '市公安局交通警察局']
  const counties = ['鹿城区', '龙湾区', '瓯海区', '洞头区', '乐清市', '瑞安市', '永嘉县', '文成县', '平阳县', '泰顺县', '苍南县', '龙港市']
  const titles = [
    '南塘街公交站台夜间照明不足，老人上下车不安全（示例）',
    '建议在景山公园东门增设无障碍坡道（示例）',
    '退休人员门诊慢特病备案需要哪些材料（示例）',
    '小区门口早餐摊油烟直排，窗户不敢开（示例）',
    '孩子转学需要办哪些手续（示例）',
    '河道里有漂浮垃圾，一周没有清理（示例）',
    '感谢便民服务中心的工作人员（示例）',
    '路口红绿灯时间太短，老人来不及过街（示例）',
  ]
  const numberOf = (i) => `2026-${String(1000 + i).padStart(6, '0')}-${String((i * 37) % 97).padStart(2, '0')}`
  const shown = (state) => !['submitted', 'declined', 'withdrawn'].includes(state)
  const lightOf = (state, i) => {
    if (!['routed', 'responded', 'reopened'].includes(state)) return null
    return ['green', 'green', 'yellow', 'red', 'supervised'][i % 5]
  }
  const dueOf = (light) => ({ green: '2026-12-01', yellow: '2026-11-23', red: '2026-11-19', supervised: '2026-11-13' })[light] ?? ''

  const letters = []
  for (let i = 0; i < s.letters; i++) {
    const state = states[i % states.length]
    const light = lightOf(state, i)
    letters.push({
      id: i + 1, number: numberOf(i), title: shown(state) ? titles[i % titles.length] : '', state, kind: shown(state) ? kinds[i % 5] : null,
      department: shown(state) ? departments[i % departments.length] : '', county: counties[i % 12], submitted: iso(now - i * 9 * 3_600_000 - 5 * day), light,
      due: dueOf(light), joiners: shown(state) ? (i * 7) % 5 : 0, rating: state === 'closed' ? ['very_good', 'good', 'fair', 'bad', 'very_bad'][i % 5] : null,
      joined: i === 3, read: i % 6 === 4,
    })
  }
  const limit = (due, days, met, missed, provisional = false) => ({
    due, met, missed, provisional, days, counted: ['2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20', '2026-11-23', '2026-11-24', '2026-11-25'].slice(0, days),
    skipped: days > 1 ? [{ date: '2026-11-21', name: '周六' }, { date: '2026-11-22', name: '周日' }] : [], madeUp: provisional ? [{ date: '2026-11-28', name: '调休（示例）' }] : [],
  })
  const limitsOf = (letter) => {
    if (['submitted', 'declined', 'withdrawn'].includes(letter.state)) return { respond: null, resolve: null }
    const late = letter.light === 'red' || letter.light === 'supervised'
    const ended = letter.state === 'resolved' || letter.state === 'closed'
    const waits = letter.state === 'routed'
    return {
      respond: limit('2026-11-16', 1, waits ? null : '2026-11-16', waits && late),
      resolve: limit(letter.due || '2026-11-25', 8, ended ? '2026-11-20' : null, late && !waits, letter.id % 4 === 1),
    }
  }
  const trailOf = (letter) => {
    const at = Date.parse(letter.submitted)
    const steps = [{ what: 'submit', at: iso(at) }]
    const add = (what, hours, more = {}) => steps.push({ what, at: iso(at + hours * 3_600_000), ...more })
    if (letter.state === 'declined') add('decline', 20)
    if (letter.state === 'withdrawn') add('withdraw', 8)
    if (!shown(letter.state)) return steps
    add('route', 4, { department: letter.department, date: '2026-11-25' })
    if (letter.state !== 'routed') add('respond', 26, { department: letter.department })
    if (letter.light === 'red' || letter.light === 'supervised') add(letter.state === 'routed' ? 'late_response' : 'late_completion', 60, { date: letter.due })
    if (letter.light === 'supervised') add('supervise', 84)
    if (letter.state === 'closed') add('late_completion', 60, { date: '2026-11-19', voided: true }), add('grant_extension', 62, { date: '2026-11-25' })
    if (['resolved', 'closed', 'reopened'].includes(letter.state)) add('resolve', 70, { department: letter.department })
    if (letter.state === 'reopened') add('rate', 75, { rating: 'bad' }), add('confirm_reopen', 80)
    if (letter.state === 'closed') add('rate', 90, { rating: letter.rating }), add('close', 91)
    if (letter.state === 'merged') add('merge', 30), add('respond', 40, { department: letter.department, number: numberOf(0) })
    return steps
  }
  const text = '南塘街公交站台有两盏灯已不亮半个月，晚上六点后等车的老人看不清台阶，11月17日傍晚有一位阿婆险些摔倒。\n希望尽快修复，并在台阶处加装反光条和扶手。（示例）'
  const wordsOf = (letter) => {
    const words = []
    if (!shown(letter.state) || letter.state === 'routed') return words
    words.push({ sort: 'response', department: letter.department, text: '您好，已派人到现场查看，将在期限内答复。（示例）', written: '2026-11-16T07:40:00Z' })
    if (['resolved', 'closed', 'reopened'].includes(letter.state)) {
      words.push({ sort: 'answer', department: letter.department, text: '您好！经现场核查，反映属实。站台照明灯具已于 11 月 20 日更换为 LED 灯 4 盏，台阶已加装反光条。感谢您的来信。（示例）', written: '2026-11-20T08:20:00Z' })
    }
    if (letter.rating) words.push({ sort: 'rating', text: '灯亮了，台阶还没有扶手。（示例）', written: '2026-11-21T03:00:00Z' })
    return words
  }
  const petitionOf = (letter) => ({
    number: letter.number, state: letter.state, ...(letter.kind ? { kind: letter.kind } : {}), title: letter.title, text: shown(letter.state) ? text : '', county: letter.county,
    department: letter.department, submitted: letter.submitted, joiners: letter.joiners, words: wordsOf(letter), trail: trailOf(letter),
    ...(letter.rating ? { rating: letter.rating } : {}), ...(letter.state === 'declined' ? { declined: 'in_court' } : {}),
    ...(letter.state === 'merged' ? { merged_into: numberOf(0) } : {}),
    ...(letter.id === 3 ? { pictures: [{ sha256: (700).toString(16).padStart(64, '0'), width: 640, height: 400, alt: '站台的台阶（示例）' }] } : {}),
  })
  mock.rows.petitions = letters.map((letter) => ({
    collection: 'petitions', id: letter.id, title: letter.title || letter.number, subtitle: letter.state, date: letter.submitted, kind: letter.kind ?? '', department: letter.department,
    county: letter.county, phone: '', picture: null, mark: null, letter: '', read: letter.read, starred: false,
  }))

  const may = {
    submitted: ['supplement', 'withdraw', 'set_visibility'], declined: ['appeal', 'ask_erase', 'set_visibility'], routed: ['supplement', 'withdraw', 'set_visibility'],
    responded: ['supplement', 'withdraw', 'set_visibility'], resolved: ['supplement', 'rate', 'set_visibility'], reopened: ['supplement', 'withdraw', 'set_visibility'],
    closed: ['ask_erase', 'set_visibility'], merged: [], withdrawn: ['ask_erase'],
  }
  const mineOf = (letter, more = {}) => ({
    number: letter.number, code: 'K7QM-4X2R', title: letter.title || titles[letter.id % titles.length], text, kind: letter.kind ?? 'complain', state: letter.state, visibility: 'public',
    submitted: letter.submitted, county: letter.county, department: letter.department, assisting: letter.id === 3 ? ['市综合行政执法局'] : [], light: letter.light, ...limitsOf(letter),
    extended: false, declined: letter.state === 'declined' ? 'in_court' : '', appealUntil: letter.state === 'declined' ? '2026-12-11' : '', rating: letter.rating,
    rateUntil: letter.state === 'resolved' ? '2026-12-05' : '', mergedInto: letter.state === 'merged' ? numberOf(0) : '', goesOn: letter.state === 'merged' ? 1 : null, joiners: letter.joiners, words: wordsOf(letter), trail: trailOf(letter),
    files: [{ mediaType: 'image/jpeg', size: 812_345 }, { mediaType: 'application/pdf', size: 120_000 }], may: may[letter.state], pending: [], refreshed: '2026-11-22T01:50:00Z', ...more,
  })
  const mine = new Map()
  if (s.mine) {
    for (const letter of [2, 1, 0, 7, 8, 3, 9, 4, 10].map((i) => letters[i]).filter(Boolean)) mine.set(letter.number, { ...mineOf(letter, letter.id === 2 ? { visibility: 'private' } : {}), unseen: letter.id === 3 })
  }
  const rowOf = (letter) => ({
    number: letter.number, title: letter.title, kind: letter.kind, state: letter.state, visibility: letter.visibility, department: letter.department, light: letter.light,
    due: letter.light ? letter.resolve.due : '', changed: letter.submitted, unseen: letter.unseen ?? false, may: letter.may,
  })

  const blank = { kind: 'consult', title: '', text: '', department: '', county: '', address: '', location: null, name: '', phone: '', visibility: 'public', consent: false }
  const drafts = new Map()
  const deleted = new Map()
  const sent = new Map()
  const draft = (id, form = {}, more = {}) => drafts.set(id, { id, form: { ...blank, ...form }, files: [], state: 'draft', problem: null, nextTry: null, sent: 0, toSend: 0, ...more })
  const written = { kind: 'complain', title: '南塘街公交站台夜间照明不足（示例）', text: '站台两盏灯不亮半个月了，请打我电话 13800000000 联系，我叫示例甲。', department: '', county: '鹿城区', address: '南塘街 1 号', name: '示例甲', phone: '13800000000' }
  const picture = 'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" width="120" height="120"%3E%3Crect width="120" height="120" fill="%239cc6ba"/%3E%3C/svg%3E'
  if (s.drafts) {
    draft('d-1', written, { files: [{ id: 'f-1', name: '站台.jpg', mediaType: 'image/jpeg', size: 812_345, picture }, { id: 'f-2', name: '说明.pdf', mediaType: 'application/pdf', size: 120_000, picture: null }] })
    draft('d-2', { title: '' })
    draft('d-3', { ...written, title: '建议增设公交线路（示例）', kind: 'suggest' }, { state: 'retry', problem: 'offline', nextTry: '2026-11-22T02:12:00Z', sent: 40_000, toSend: 200_000 })
    draft('d-4', { ...written, title: '已封好待发的信（示例）' }, { state: 'frozen', toSend: 200_000 })
    draft('d-5', { ...written, title: '内容不符合要求的信（示例）' }, { state: 'refused', problem: 'refused' })
    draft('d-6', { ...written, title: '正在发送的信（示例）' }, { state: 'sending', sent: 130_000, toSend: 200_000 })
  }
  let nextId = 100
  const changed = () => mock.emit('letters-changed', null)
  const get = (id) => {
    const found = drafts.get(id)
    if (!found) throw 'not_found'
    return found
  }
  const mineGet = (number) => {
    const found = mine.get(number)
    if (!found) throw 'not_found'
    return found
  }
  const pieces = (value, form) => {
    const wanted = [[/1\d{10}/g, 'mobile'], ...(form.name ? [[new RegExp(form.name, 'g'), 'name']] : [])]
    let parts = [{ text: value, hidden: null }]
    for (const [pattern, hidden] of wanted) {
      parts = parts.flatMap((part) => {
        if (part.hidden) return [part]
        const found = [...part.text.matchAll(pattern)]
        const out = []
        let at = 0
        for (const match of found) {
          out.push({ text: part.text.slice(at, match.index), hidden: null }, { text: match[0], hidden })
          at = match.index + match[0].length
        }
        return [...out, { text: part.text.slice(at), hidden: null }]
      })
    }
    return parts.filter((part) => part.text)
  }
  const joins = (number, on) => {
    const letter = letters.find((one) => one.number === number)
    letter.joined = on
    letter.joiners += on ? 1 : -1
    changed()
    mock.emit('changed', { collections: ['petitions'] })
    return null
  }
  const detail = mock.commands.detail

  Object.assign(mock.commands, {
    detail: (args) => (args.collection === 'petitions' ? { row: mock.rows.petitions.find((row) => row.id === args.id) ?? fail('not_found'), body: { type: 'petition', record: petitionOf(letters[args.id - 1]) } } : detail(args)),
    drafts: () => [...drafts.values()].filter((d) => !d.id.startsWith('own-')).map((d) => ({ id: d.id, title: d.form.title, kind: d.form.kind, changed: '2026-11-21T13:05:00Z', state: d.state, problem: d.problem, nextTry: d.nextTry, files: d.files.length })),
    new_draft: () => (draft(`d-${nextId}`), changed(), `d-${nextId++}`),
    draft: ({ id }) => get(id),
    save_draft: ({ id, form }) => ((get(id).form = form), changed(), null),
    delete_draft: ({ id }) => (deleted.set(id, get(id)), drafts.delete(id), changed(), null),
    restore_draft: ({ id }) => (drafts.set(id, deleted.get(id)), changed(), null),
    add_draft_file: ({ id, name, base64 }) => {
      const file = { id: `f-${nextId++}`, name, mediaType: 'image/png', size: base64.length, picture }
      get(id).files = [...get(id).files, file]
      changed()
      return file
    },
    remove_draft_file: ({ id, fileId }) => ((get(id).files = get(id).files.filter((file) => file.id !== fileId)), changed(), null),
    preview_letter: ({ id }) => {
      const { form } = get(id)
      const faults = ['title', 'text'].filter((field) => !form[field].trim()).map((field) => ({ field, code: 'required' }))
      if ([...form.title].length > 60) faults.push({ field: 'title', code: 'too_long' })
      if (form.phone && !/^[\d -]{7,15}$/.test(form.phone)) faults.push({ field: 'phone', code: 'bad' })
      if (!form.consent) faults.push({ field: 'consent', code: 'consent' })
      const body = pieces(form.text, form)
      const found = ['mobile', 'name'].map((sort) => ({ sort, count: body.filter((piece) => piece.hidden === sort).length })).filter((one) => one.count)
      return { title: pieces(form.title, form), text: body, found, faults, similar: form.title ? [letters[0], letters[3]].filter(Boolean) : [] }
    },
    submit_letter: ({ id }) => (Object.assign(get(id), { state: 'frozen', toSend: 200_000 }), changed(), null),
    sent_number: ({ id }) => sent.get(id) ?? null,
    recall_letter: ({ id }) => (Object.assign(get(id), { state: 'draft', toSend: 0 }), changed(), null),
    public_letters: ({ query: q }) => {
      const wide = letters.filter((l) => (!q.text || l.title.includes(q.text) || l.number === q.text) && ['state', 'kind', 'department', 'county'].every((key) => !q[key] || l[key] === q[key]))
      const all = wide.filter((l) => !q.light || l.light === q.light)
      const counts = ['green', 'yellow', 'red', 'supervised'].map((light) => ({ light, count: wide.filter((l) => l.light === light).length }))
      return { rows: all.slice(q.offset, q.offset + q.limit), total: all.length, offset: q.offset, lights: counts }
    },
    public_limits: ({ id }) => ({ light: letters[id - 1].light, ...limitsOf(letters[id - 1]), joined: letters[id - 1].joined, goes_on: null }),
    department_figures: () =>
      s.letters ? departments.map((department, i) => ({ department, routed: 40 - i * 3, answered: 38 - i * 4, respondRate: i === 7 ? null : 100 - i * 4, resolveRate: 99 - i * 5, red: i, supervised: Math.floor(i / 3), satisfied: i === 5 ? null : 96 - i * 3, medianDays: i === 5 ? null : 3 + i })) : [],
    save_ics: () => '/home/示例/下载/信件期限.ics',
    join_letter: ({ number }) => joins(number, true),
    leave_letter: ({ number }) => joins(number, false),
    my_letters: () => [...mine.values()].map(rowOf),
    my_letter: ({ number }) => {
      const { unseen, ...letter } = mineGet(number)
      if (unseen) (mineGet(number).unseen = false), changed()
      return letter
    },
    refresh_letters: () => null,
    letter_deed: ({ number, deed }) => {
      mineGet(number).pending = [...mineGet(number).pending, { id: `p-${nextId++}`, what: deed.action, state: 'retry', problem: 'offline', files: drafts.get(`own-${number}`)?.files.length ?? 0, text: '' }]
      mineGet(number).may = mineGet(number).may.filter((what) => what !== deed.action)
      drafts.delete(`own-${number}`)
      changed()
      return null
    },
    supplement: ({ number }) => (drafts.has(`own-${number}`) || draft(`own-${number}`), get(`own-${number}`)),
    retry_now: () => null,
    look_up_letter: ({ number, code }) => {
      const letter = letters.find((one) => one.number === number)
      if (!letter || code !== 'K7QM-4X2R') throw 'wrong_code'
      mine.set(number, mineOf(letter))
      changed()
      return mineOf(letter)
    },
    ask_recovery_code: () => null,
    recover_letters: ({ code }) => {
      if (code !== '123456') throw 'wrong_code'
      const letter = letters[0]
      mine.set(letter.number, mineOf(letter))
      changed()
      return [letter.number]
    },
    forget_letter: ({ number }) => (mine.delete(number), changed(), null),
    export_mine: () => '/home/示例/下载/我的信件.zip',
    erase_mine: () => (mine.clear(), drafts.clear(), changed(), null),
    mine_state: () => ({ drafts: drafts.size, waiting: [...drafts.values()].filter((d) => ['frozen', 'sending', 'retry'].includes(d.state)).length, unseen: [...mine.values()].filter((l) => l.unseen).length }),
  })
  function fail(code) {
    throw code
  }
  /** The outbox sends a letter: its row goes, my letters gain one. */
  const deliver = (id) => {
    const { form } = get(id)
    drafts.delete(id)
    sent.set(id, '2026-009001-44')
    const letter = { ...letters[7], id: 900, number: '2026-009001-44', title: form.title, kind: form.kind, light: null, rating: null, state: 'submitted', submitted: iso(now), joiners: 0 }
    mine.set(letter.number, { ...mineOf(letter), unseen: true })
    changed()
    return letter.number
  }
  Object.assign(mock, { letters, mine, drafts, deliver })
  return mock
}
