/** Every screen has an address: deep links, reload and back all work by it. */
import { createRouter, createWebHistory, type RouteLocationNormalized, type RouterHistory } from 'vue-router'
import { wordsOfLetters } from './i18n'
import { home, prefs } from './prefs'
import ListPage from './pages/ListPage.vue'

export type Tab = 'news' | 'directory' | 'petitions' | 'inbox' | 'me'

declare module 'vue-router' {
  interface RouteMeta {
    /** The tab that is lit; none for screens beside the tabs. */
    tab?: Tab
    /** The whole window of a phone, without masthead and tabs. */
    whole?: boolean
  }
}

/** The screens that an app begins with: they speak without the words of the letters. */
const isFirst = ({ name, params }: RouteLocationNormalized) => name === 'home' || (name === 'articles' && !params.id)

export function makeRouter(history: RouterHistory = createWebHistory()) {
  const router = createRouter({
    history,
    routes: [
      { path: '/', redirect: () => (prefs.welcomed ? home() : '/welcome') },
      { path: '/welcome', name: 'welcome', component: () => import('./pages/WelcomePage.vue'), meta: { whole: true } },
      { path: '/home', name: 'home', component: () => import('./pages/HomePage.vue'), meta: { tab: 'news' } },
      { path: '/:collection(news|notices)/:id(\\d+)?', name: 'articles', component: ListPage, meta: { tab: 'news' } },
      { path: '/directory', redirect: '/directory/agencies' },
      {
        path: '/directory/:collection(leaders|agencies|phones|schools|hospitals)/:id(\\d+)?',
        name: 'directory',
        component: ListPage,
        meta: { tab: 'directory' },
      },
      { path: '/search', name: 'search', component: () => import('./pages/SearchPage.vue') },
      { path: '/petitions/new', name: 'new-letter', component: () => import('./pages/NewLetterPage.vue'), meta: { tab: 'petitions', whole: true } },
      { path: '/petitions/draft/:draft', name: 'draft', component: () => import('./pages/DraftPage.vue'), meta: { tab: 'petitions', whole: true } },
      { path: '/petitions/public/:id(\\d+)?', name: 'public-letters', component: () => import('./pages/PublicLettersPage.vue'), meta: { tab: 'petitions' } },
      { path: '/petitions/figures', name: 'figures', component: () => import('./pages/FiguresPage.vue'), meta: { tab: 'petitions' } },
      { path: '/petitions/:id(\\d[\\d-]*)?', name: 'petitions', component: () => import('./pages/PetitionsPage.vue'), meta: { tab: 'petitions' } },
      { path: '/inbox/:id([a-z]+-\\d+)?', name: 'inbox', component: () => import('./pages/InboxPage.vue'), meta: { tab: 'inbox' } },
      { path: '/subscriptions', name: 'subscriptions', component: () => import('./pages/TopicsPage.vue'), meta: { tab: 'inbox' } },
      { path: '/me', name: 'me', component: () => import('./pages/MePage.vue'), meta: { tab: 'me' } },
      { path: '/me/data', name: 'my-data', component: () => import('./pages/MyDataPage.vue'), meta: { tab: 'me' } },
      { path: '/me/notifications', name: 'notifications', component: () => import('./pages/NotifyPage.vue'), meta: { tab: 'me' } },
      { path: '/me/licences', name: 'licences', component: () => import('./pages/LicencesPage.vue'), meta: { tab: 'me' } },
      { path: '/me/settings', name: 'settings', component: () => import('./pages/SettingsPage.vue'), meta: { tab: 'me' } },
      { path: '/:rest(.*)*', name: 'lost', component: () => import('./pages/LostPage.vue') },
    ],
  })
  router.beforeResolve((to) => (isFirst(to) ? undefined : wordsOfLetters()))
  return router
}
