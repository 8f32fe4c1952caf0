// The screens of the app, each with the way to it and, where it matters, what the Rust side says.

const tap = (id) => async (page) => void (await page.getByTestId(id).first().click())
const find = (words) => async (page) => void (await page.getByTestId('find').fill(words))
const opened = [1]

export const screens = [
  { name: 'news', reflow: true, path: '/news' },
  { name: 'news-detail', reflow: true, path: '/news/1' },
  { name: 'news-mark', path: '/news/6' },
  { name: 'news-absent', path: '/news/1', scenario: { absent: opened } },
  { name: 'news-unreadable', path: '/news/1', scenario: { unreadable: opened } },
  { name: 'news-missing', path: '/news/99999' },
  { name: 'news-filter', reflow: true, path: '/news?kind=%E6%B0%91%E7%94%9F', act: tap('filter-open') },
  { name: 'news-starred', path: '/news?starred=1' },
  { name: 'news-loading', path: '/news', scenario: { slow: 60_000 } },
  { name: 'news-error', path: '/news', scenario: { fails: { list: 'internal' } } },
  { name: 'news-offline', path: '/news', scenario: { sync: { problem: 'offline', contentAsOf: '2026-11-20T01:30:00Z' } } },
  { name: 'news-first', path: '/news', scenario: { news: 0, sync: { phase: 'fetching', done: 9_400_000, total: 31_000_000, contentAsOf: null, lastSuccess: null } } },
  { name: 'news-empty', path: '/news', scenario: { news: 0, sync: { contentAsOf: null, lastSuccess: null, problem: 'captive_portal' } } },
  { name: 'news-link', path: '/news/1', act: async (page) => void (await page.getByTestId('detail-body').getByText('政务服务网').click()) },
  { name: 'notices', reflow: true, path: '/notices' },
  { name: 'notices-detail', path: '/notices/3' },
  { name: 'leaders', path: '/directory/leaders' },
  { name: 'leaders-detail', path: '/directory/leaders/1' },
  { name: 'agencies', reflow: true, path: '/directory/agencies' },
  { name: 'agencies-detail', reflow: true, path: '/directory/agencies/12' },
  { name: 'agencies-find', path: '/directory/agencies', act: find('虹桥') },
  { name: 'agencies-none', path: '/directory/agencies?text=qqqq' },
  {
    name: 'agencies-letter',
    path: '/directory/agencies',
    act: async (page) => {
      const grid = page.getByTestId('letters-open')
      if (await grid.count()) await grid.click()
      else await page.getByRole('button', { name: '跳到 T' }).click()
    },
  },
  { name: 'phones', path: '/directory/phones' },
  { name: 'phones-detail', path: '/directory/phones/3' },
  { name: 'schools', path: '/directory/schools' },
  { name: 'hospitals-detail', path: '/directory/hospitals/6' },
  { name: 'search', path: '/search' },
  { name: 'search-recent', reflow: true, path: '/search', scenario: { recent: ['公积金', '虹桥镇便民服务中心', 'gjj', '異地就醫'] } },
  { name: 'search-advice', path: '/search?q=%E7%A4%BE%E4%BF%9D', scenario: { suggestion: { text: '社会保险', query: '社会保险' }, expanded: ['社会保险'], index: { type: 'building', done: 3_400, total: 19_876 } } },
  { name: 'search-none', reflow: true, path: '/search?q=qqqq&county=%E4%B9%90%E6%B8%85%E5%B8%82' },
  { name: 'search-filter', path: '/search?q=%E8%99%B9%E6%A1%A5', act: tap('filter-open') },
  { name: 'search-error', path: '/search?q=%E8%99%B9%E6%A1%A5', scenario: { fails: { search: 'internal' } } },
  { name: 'search-texts', path: '/search?q=%E4%B8%80%E7%BD%91%E9%80%9A%E5%8A%9E&sort=date&in=news' },
  { name: 'search-found', reflow: true, path: '/search?q=%E8%99%B9%E6%A1%A5' },
  { name: 'search-elder', path: '/search?q=%E9%95%BF%E8%BE%88' },
  { name: 'petitions', reflow: true, path: '/petitions' },
  { name: 'inbox', path: '/inbox' },
  { name: 'me', reflow: true, path: '/me' },
  { name: 'me-trouble', path: '/me', scenario: { sync: { problem: 'update_app', minApp: '0.2.0' }, about: { rebuiltFrom: '/home/示例/旧数据-2026-11-22' } } },
  { name: 'settings', reflow: true, path: '/me/settings' },
  { name: 'settings-clean', path: '/me/settings', act: tap('clean-up') },
  { name: 'toast', path: '/directory/agencies/12', act: tap('save-contact') },
  {
    name: 'display',
    path: '/notices',
    act: async (page, device) => {
      if (device.name === 'desk') await page.getByRole('button', { name: '显示设置' }).click()
    },
  },
  { name: 'lost', path: '/nowhere' },
  { name: 'english', path: '/directory/agencies/12', locale: 'en' },
  { name: 'english-news', path: '/news', locale: 'en' },
]
