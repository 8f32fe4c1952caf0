// Written by scripts/ftl.mjs from assets/locales. Do not edit.
export interface Messages {
  'brand': undefined
  'window-title': { title: string | number }
  'lunar-date': { day: string | number }
  'skip-to-content': undefined
  'nav-main': undefined
  'nav-news': undefined
  'nav-directory': undefined
  'nav-petitions': undefined
  'nav-inbox': undefined
  'nav-me': undefined
  'back': undefined
  'close': undefined
  'cancel': undefined
  'retry': undefined
  'loading': undefined
  'save': undefined
  'none-yet': undefined
  'elder-on': undefined
  'elder-off': undefined
  'demo': undefined
  'demo-banner': undefined
  'demo-about': undefined
  'update-wanted': { version: string | number }
  'update-wanted-unknown': undefined
  'collection-news': undefined
  'collection-notices': undefined
  'collection-leaders': undefined
  'collection-agencies': undefined
  'collection-phones': undefined
  'collection-schools': undefined
  'collection-hospitals': undefined
  'collection-calendar': undefined
  'collection-petitions': undefined
  'pane-list': undefined
  'pane-detail': undefined
  'pane-pick': undefined
  'day-today': undefined
  'day-yesterday': undefined
  'unread': undefined
  'starred': undefined
  'list-count': { count: string | number }
  'list-empty': undefined
  'list-empty-hint': undefined
  'list-none-found': undefined
  'list-none-found-hint': undefined
  'list-first': undefined
  'list-first-hint': undefined
  'list-no-content': undefined
  'pull-more': undefined
  'pull-release': undefined
  'find-label': undefined
  'find-example': undefined
  'find-clear': undefined
  'letters': undefined
  'letters-open': undefined
  'letters-jump': { letter: string | number }
  'filter': undefined
  'filter-open': { count: string | number }
  'filter-kind': undefined
  'filter-county': undefined
  'filter-department': undefined
  'filter-date': undefined
  'filter-from': undefined
  'filter-to': undefined
  'filter-any-time': undefined
  'filter-week': undefined
  'filter-month': undefined
  'filter-year': undefined
  'filter-starred': undefined
  'filter-all': undefined
  'filter-option': { count: string | number; name: string | number }
  'filter-clear': undefined
  'filter-show': { count: string | number }
  'chip-from': { day: string | number }
  'chip-to': { day: string | number }
  'chip-drop': { name: string | number }
  'mark-withdrawn': undefined
  'mark-repealed': undefined
  'mark-expired': undefined
  'mark-since': { day: string | number; mark: string | number }
  'attachments': undefined
  'saving': undefined
  'saved-to': { path: string | number }
  'star': undefined
  'unstar': undefined
  'copy-link': undefined
  'copy-text': undefined
  'copy-name': { name: string | number }
  'copied': undefined
  'copied-link': undefined
  'copied-text': undefined
  'body-absent': undefined
  'body-absent-hint': undefined
  'body-unreadable': undefined
  'body-unreadable-hint': undefined
  'call-name': { name: string | number }
  'call-number': { label: string | number; number: string | number }
  'no-phone': undefined
  'map': undefined
  'save-contact': undefined
  'fact-phone': undefined
  'fact-address': undefined
  'fact-hours': undefined
  'fact-consulting': undefined
  'fact-phone-hours': undefined
  'fact-parent': undefined
  'fact-website': undefined
  'fact-duties': undefined
  'fact-portfolio': undefined
  'fact-note': undefined
  'link-title': undefined
  'link-about': undefined
  'link-open': undefined
  'search': undefined
  'search-example': undefined
  'search-start': undefined
  'search-start-hint': undefined
  'search-scope': undefined
  'search-everywhere': undefined
  'search-over': { count: string | number }
  'search-sort': { by: string | number }
  'search-by-relevance': undefined
  'search-by-date': undefined
  'search-count': { count: string | number }
  'search-count-over': { count: string | number }
  'search-expanded': { words: string | number }
  'search-relaxed': undefined
  'search-building': { done: string | number; total: string | number }
  'search-scanning': undefined
  'search-suggest': undefined
  'search-texts': undefined
  'search-recent': undefined
  'search-forget': { text: string | number }
  'search-forget-all': undefined
  'search-keep-recent': undefined
  'search-narrowed': undefined
  'search-widen': undefined
  'search-none-hint': undefined
  'search-write': undefined
  'search-elder': undefined
  'search-elder-words': undefined
  'petitions-soon': undefined
  'petitions-soon-hint': undefined
  'petitions-call': undefined
  'inbox-soon': undefined
  'inbox-soon-hint': undefined
  'inbox-starred': undefined
  'sync': undefined
  'sync-now': undefined
  'sync-running': undefined
  'sync-last': undefined
  'sync-progress': undefined
  'sync-first': undefined
  'sync-bytes': { done: string | number; total: string | number }
  'sync-opening': undefined
  'sync-checking': undefined
  'sync-fetching': { percent: string | number }
  'sync-fetching-unknown': undefined
  'sync-applying': undefined
  'sync-as-of': { time: string | number }
  'sync-offline': { time: string | number }
  'sync-stale': { time: string | number }
  'sync-no-content': undefined
  'problem-title': undefined
  'problem-offline': undefined
  'problem-timeout': undefined
  'problem-server': undefined
  'problem-captive-portal': undefined
  'problem-untrusted': undefined
  'problem-rollback': undefined
  'problem-damaged': undefined
  'problem-update-app': undefined
  'problem-disk-full': undefined
  'problem-not-found': undefined
  'problem-invalid': undefined
  'problem-busy': undefined
  'problem-internal': undefined
  'me-links': undefined
  'me-starred': { collection: string | number }
  'settings': undefined
  'display': undefined
  'size': undefined
  'size-std': undefined
  'size-large': undefined
  'size-elder': undefined
  'theme': undefined
  'theme-system': undefined
  'theme-light': undefined
  'theme-dark': undefined
  'language': undefined
  'storage': undefined
  'storage-text': undefined
  'storage-pictures': undefined
  'storage-staging': undefined
  'storage-records': undefined
  'storage-bodies': { bodies: string | number; records: string | number }
  'keep': undefined
  'keep-days90': undefined
  'keep-year': undefined
  'keep-everything': undefined
  'keep-hint': undefined
  'picture-cap': undefined
  'storage-clean': undefined
  'storage-clean-about': undefined
  'storage-cleaning': undefined
  'storage-cleaned': { size: string | number }
  'about': undefined
  'about-version': { version: string | number }
  'about-rebuilt': { path: string | number }
  'about-server': { server: string | number }
  'about-no-server': undefined
  'about-licence': undefined
  'lost': undefined
  'lost-hint': undefined
  'lost-home': undefined
}
export type MessageKey = keyof Messages
