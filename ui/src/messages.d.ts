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
  'petitions-call': undefined
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
  'problem-sealed': undefined
  'problem-update-app': undefined
  'problem-disk-full': undefined
  'problem-not-found': undefined
  'problem-invalid': undefined
  'problem-busy': undefined
  'problem-refused': undefined
  'problem-wrong-code': undefined
  'problem-too-many': undefined
  'problem-too-many-topics': undefined
  'problem-internal': undefined
  'opening-update-app': undefined
  'opening-update-app-hint': undefined
  'opening-disk-full': undefined
  'opening-disk-full-hint': undefined
  'opening-busy': undefined
  'opening-busy-hint': undefined
  'opening-sealed': undefined
  'opening-sealed-hint': undefined
  'opening-other': undefined
  'opening-other-hint': undefined
  'opening-kept': undefined
  'opening-urgent': undefined
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
  'contrast': undefined
  'contrast-hint': undefined
  'motion': undefined
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
  'pictures-fetch': undefined
  'pictures-always': undefined
  'pictures-unmetered': undefined
  'pictures-asked': undefined
  'pictures-missing': { count: string | number }
  'pictures-show': undefined
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
  'licences': undefined
  'licences-about': { count: string | number }
  'lost': undefined
  'lost-hint': undefined
  'lost-home': undefined
  'share': undefined
  'share-weibo': undefined
  'share-wechat': undefined
  'share-wechat-about': undefined
  'share-qr': { title: string | number }
  'share-system': undefined
  'share-text': undefined
  'share-card': undefined
  'share-card-scan': undefined
  'share-card-alt': { title: string | number }
  'share-card-save': undefined
  'share-card-copy': undefined
  'share-card-copied': undefined
  'share-card-send': undefined
  'share-card-back': undefined
  'share-print': undefined
  'share-no-link': undefined
  'undo': undefined
  'inbox-all': undefined
  'inbox-unread': { count: string | number }
  'inbox-every-topic': undefined
  'inbox-read-all': undefined
  'inbox-read-done': { count: string | number }
  'inbox-why': { topics: string | number }
  'inbox-drop': { title: string | number }
  'inbox-drop-short': undefined
  'inbox-dropped': undefined
  'inbox-my-letter': undefined
  'inbox-letter-missing': undefined
  'inbox-none': undefined
  'inbox-none-unread': undefined
  'inbox-none-hint': undefined
  'inbox-no-topics': undefined
  'inbox-no-topics-hint': undefined
  'topics': undefined
  'topics-manage': undefined
  'topics-begin': undefined
  'topics-about': undefined
  'topics-suggested': undefined
  'topics-export': undefined
  'topics-import': undefined
  'topics-imported': { added: string | number; known: string | number; refused: string | number }
  'topics-imported-over': { added: string | number; over: string | number }
  'topics-import-wrong': undefined
  'topic-words': { text: string | number }
  'topic-letter': { title: string | number }
  'topic-letter-gone': undefined
  'topic-count': { total: string | number; unread: string | number }
  'topic-muted': undefined
  'topic-mute': undefined
  'topic-unmute': undefined
  'topic-up': undefined
  'topic-down': undefined
  'topic-remove': undefined
  'topic-follow': undefined
  'topic-on': undefined
  'topic-follow-search': { text: string | number }
  'topic-follow-letter': undefined
  'topic-followed': { name: string | number }
  'topic-letter-followed': undefined
  'topic-left': undefined
  'topic-new': undefined
  'topic-text': undefined
  'topic-text-hint': undefined
  'topic-readings': undefined
  'topic-column': undefined
  'topic-any-column': undefined
  'topic-county': undefined
  'topic-any-county': undefined
  'topic-department': undefined
  'topic-any-department': undefined
  'topic-month': { count: string | number }
  'topic-month-many': { count: string | number }
  'topic-broad': undefined
  'topic-broad-daily': undefined
  'topic-followed-broad': { name: string | number }
  'topic-follow-anyway': undefined
  'topic-known': undefined
  'topic-wrong': undefined
  'notify': undefined
  'notify-one': undefined
  'notify-many': { count: string | number }
  'notify-letters': { count: string | number }
  'notify-open': undefined
  'notify-trial': undefined
  'notify-trial-body': undefined
  'notify-on': undefined
  'notify-my-letters': undefined
  'notify-my-letters-hint': undefined
  'notify-when': undefined
  'notify-at-once': undefined
  'notify-daily': undefined
  'notify-daily-at': undefined
  'notify-quiet': undefined
  'notify-quiet-hint': undefined
  'notify-quiet-from': undefined
  'notify-quiet-to': undefined
  'notify-wrong-time': undefined
  'notify-topics': undefined
  'notify-topics-hint': undefined
  'notify-no-topics': undefined
  'notify-check': undefined
  'notify-check-system': undefined
  'notify-system-fine': undefined
  'notify-system-unknown': undefined
  'notify-system-refused': undefined
  'notify-system-no-service': undefined
  'notify-check-on': undefined
  'notify-check-topics': undefined
  'notify-topics-told': { count: string | number; told: string | number }
  'notify-check-last-poll': undefined
  'notify-check-next-poll': undefined
  'notify-poll-now': undefined
  'notify-check-waiting': undefined
  'notify-waiting': { count: string | number }
  'notify-waiting-until': { count: string | number; time: string | number }
  'notify-check-last': undefined
  'notify-last': { count: string | number; time: string | number }
  'notify-try': undefined
  'notify-tried': undefined
  'notify-while-open': undefined
  'notify-suspended': undefined
  'switch-on': undefined
  'switch-off': undefined
  'welcome': { brand: string | number }
  'welcome-about': undefined
  'welcome-size': undefined
  'welcome-county': undefined
  'welcome-enter': undefined
  'welcome-skip': undefined
  'nav-home': undefined
  'home-ways': undefined
  'home-call-about': undefined
  'home-hospitals': undefined
  'home-phones': undefined
  'home-write': undefined
  'home-search': undefined
  'home-hear': undefined
  'home-more': undefined
  'read-aloud': undefined
  'read-stop': undefined
  'letters-mine': undefined
  'letters-public': undefined
  'letters-figures': undefined
  'letters-find': undefined
  'letters-public-about': undefined
  'letters-refresh': undefined
  'letters-refreshed': undefined
  'letters-none': undefined
  'letter-write': undefined
  'letter-write-about': undefined
  'letter-number': { number: string | number }
  'letter-untitled': undefined
  'letter-unseen': undefined
  'letter-due': { day: string | number }
  'letter-joiners': { count: string | number }
  'letter-joined': undefined
  'letter-lights': undefined
  'letter-limits': undefined
  'letter-trail': undefined
  'letter-text': undefined
  'letter-answers': undefined
  'letter-picture': undefined
  'letter-files': { count: string | number; size: string | number }
  'letter-assisting': { names: string | number }
  'letter-acts': undefined
  'letter-rated': { grade: string | number }
  'letter-merged-into': { number: string | number }
  'letter-merged-mine': undefined
  'letter-goes-on': undefined
  'letter-number-only': undefined
  'letter-missing': { time: string | number }
  'letter-refreshed': { time: string | number }
  'letter-way': undefined
  'letter-way-write': undefined
  'letter-way-review': undefined
  'letter-way-respond': undefined
  'letter-way-resolve': undefined
  'letter-way-rate': undefined
  'letter-kind-consult': undefined
  'letter-kind-suggest': undefined
  'letter-kind-complain': undefined
  'letter-kind-help': undefined
  'letter-kind-thank': undefined
  'letter-state-submitted': undefined
  'letter-state-declined': undefined
  'letter-state-routed': undefined
  'letter-state-responded': undefined
  'letter-state-resolved': undefined
  'letter-state-reopened': undefined
  'letter-state-closed': undefined
  'letter-state-merged': undefined
  'letter-state-withdrawn': undefined
  'letter-light-green': undefined
  'letter-light-yellow': undefined
  'letter-light-red': undefined
  'letter-light-supervised': undefined
  'letter-grade-very-good': undefined
  'letter-grade-good': undefined
  'letter-grade-fair': undefined
  'letter-grade-bad': undefined
  'letter-grade-very-bad': undefined
  'letter-public': undefined
  'letter-private': undefined
  'letter-secret': undefined
  'letter-public-about': undefined
  'letter-private-about': undefined
  'step-submit': undefined
  'step-supplement': undefined
  'step-withdraw': undefined
  'step-set-visibility': undefined
  'step-classify': undefined
  'step-decline': undefined
  'step-appeal': undefined
  'step-route': undefined
  'step-return': undefined
  'step-settle-return': undefined
  'step-reroute': undefined
  'step-respond': undefined
  'step-ask-extension': undefined
  'step-grant-extension': undefined
  'step-refuse-extension': undefined
  'step-resolve': undefined
  'step-rate': undefined
  'step-confirm-reopen': undefined
  'step-refuse-reopen': undefined
  'step-close': undefined
  'step-merge': undefined
  'step-unmerge': undefined
  'step-join': undefined
  'step-leave': undefined
  'step-supervise': undefined
  'step-redact': undefined
  'step-ask-erase': undefined
  'step-erase': undefined
  'step-late-response': undefined
  'step-late-completion': undefined
  'trail-due': { day: string | number }
  'trail-asked': { day: string | number }
  'trail-day': { day: string | number }
  'trail-of': { number: string | number }
  'trail-missed': { day: string | number }
  'trail-voided': undefined
  'next-office': undefined
  'next-respond': undefined
  'next-resolve': undefined
  'next-rate': undefined
  'words-supplement': undefined
  'words-response': undefined
  'words-answer': undefined
  'words-rating': undefined
  'words-decline': undefined
  'words-writer': undefined
  'declined-because': { reason: string | number }
  'declined-not-ours': undefined
  'declined-no-matter': undefined
  'declined-in-court': undefined
  'declined-repeated': undefined
  'declined-abusive': undefined
  'declined-commercial': undefined
  'declined-elsewhere': undefined
  'limit-respond': undefined
  'limit-resolve': undefined
  'limit-extended': undefined
  'limit-met': { day: string | number }
  'limit-met-late': { day: string | number }
  'limit-missed': undefined
  'limit-open': undefined
  'limit-provisional': undefined
  'limit-provisional-about': undefined
  'limit-why': { days: string | number }
  'limit-rule': { days: string | number }
  'limit-counted': undefined
  'limit-nth': { day: string | number; n: string | number }
  'limit-skipped': undefined
  'limit-made-up': undefined
  'limit-day': { day: string | number; name: string | number }
  'limit-agreed': undefined
  'limit-ics': undefined
  'join': undefined
  'join-on': undefined
  'join-count': { count: string | number }
  'join-done': undefined
  'join-left': undefined
  'drafts': undefined
  'outbox': undefined
  'draft-untitled': undefined
  'draft-delete': { title: string | number }
  'draft-deleted': undefined
  'draft-restore': undefined
  'draft-saved': undefined
  'draft-saving': undefined
  'draft-failed': undefined
  'out-draft': undefined
  'out-frozen': undefined
  'out-sending': undefined
  'out-retry': undefined
  'out-refused': undefined
  'out-waiting': undefined
  'out-safe': undefined
  'out-progress': undefined
  'out-next-try': { time: string | number }
  'out-retry-now': undefined
  'out-recall': undefined
  'out-recalled': undefined
  'out-leave': undefined
  'out-refused-about': undefined
  'out-problem-offline': undefined
  'out-problem-timeout': undefined
  'out-problem-server': undefined
  'out-problem-captive-portal': undefined
  'out-problem-busy': undefined
  'out-problem-too-many': undefined
  'out-problem-refused': undefined
  'out-problem-invalid': undefined
  'out-problem-update-app': undefined
  'out-problem-other': undefined
  'field-required': undefined
  'field-optional': undefined
  'field-missing': undefined
  'field-count': { most: string | number; n: string | number }
  'field-kind': undefined
  'field-department': undefined
  'field-title': undefined
  'field-title-hint': undefined
  'field-text': undefined
  'field-text-hint': undefined
  'field-files': undefined
  'field-files-hint': { most: string | number }
  'field-address': undefined
  'field-address-hint': undefined
  'field-point': undefined
  'field-point-hint': undefined
  'field-point-bad': undefined
  'place-pick': undefined
  'place-pick-about': undefined
  'place-no-point': undefined
  'place-none': undefined
  'place-more': undefined
  'place-filled': { fields: string | number }
  'place-filled-none': undefined
  'place-to-here': undefined
  'place-locating': undefined
  'place-here': { metres: string | number }
  'place-refused': undefined
  'place-unknown': undefined
  'place-slow': undefined
  'place-point': { point: string | number }
  'place-chosen': { name: string | number }
  'place-clear': undefined
  'place-clear-point': undefined
  'field-name': undefined
  'field-phone': undefined
  'field-contact-hint': undefined
  'field-phone-hint': undefined
  'field-visibility': undefined
  'field-consent': undefined
  'county-none': undefined
  'department-unknown': undefined
  'department-unknown-about': undefined
  'department-pick': undefined
  'department-more': { count: string | number }
  'files-add': undefined
  'files-adding': undefined
  'files-remove': { name: string | number }
  'files-too-many': { most: string | number }
  'faults-count': { count: string | number }
  'fault-required': undefined
  'fault-too-long': undefined
  'fault-too-many': undefined
  'fault-bad': undefined
  'fault-phone': undefined
  'fault-consent': undefined
  'emergency': undefined
  'submit': undefined
  'check': undefined
  'check-next': undefined
  'check-next-about': undefined
  'check-back': undefined
  'check-public': undefined
  'check-public-about': undefined
  'check-private': undefined
  'check-private-about': undefined
  'check-found': { what: string | number }
  'check-found-one': { count: string | number; sort: string | number }
  'check-similar': { count: string | number }
  'check-similar-about': undefined
  'hidden-as': { sort: string | number }
  'hidden-mobile': undefined
  'hidden-landline': undefined
  'hidden-id-card': undefined
  'hidden-bank-card': undefined
  'hidden-plate': undefined
  'hidden-email': undefined
  'hidden-name': undefined
  'consent-title': undefined
  'consent-what': undefined
  'consent-why': undefined
  'consent-long': undefined
  'consent-yes': undefined
  'receipt': undefined
  'receipt-fresh': undefined
  'receipt-number': undefined
  'receipt-code': undefined
  'receipt-about': undefined
  'receipt-copy': undefined
  'receipt-lost': undefined
  'receipt-lost-about': undefined
  'recover-phone': undefined
  'recover-no-phone': undefined
  'recover-sent': undefined
  'recover-code': undefined
  'recover-no-code': undefined
  'recover-ask': undefined
  'recover-go': undefined
  'recover-other': undefined
  'recover-wrong': undefined
  'recover-found': { count: string | number }
  'look-up': undefined
  'look-up-about': undefined
  'look-up-go': undefined
  'look-up-busy': undefined
  'look-up-no-number': undefined
  'look-up-no-code': undefined
  'deed-taken': undefined
  'supplement': undefined
  'supplement-about': undefined
  'supplement-text': undefined
  'supplement-files-hint': { all: string | number; most: string | number }
  'supplement-missing': undefined
  'supplement-later': undefined
  'pending-text': undefined
  'pending-copy': undefined
  'pending-files': { count: string | number }
  'appeal': undefined
  'appeal-about': undefined
  'appeal-reason': undefined
  'appeal-until': { day: string | number }
  'withdraw': undefined
  'withdraw-about': undefined
  'withdraw-joined': undefined
  'make-private': undefined
  'make-private-about': undefined
  'make-public': undefined
  'make-public-about': undefined
  'ask-erase': undefined
  'ask-erase-about': undefined
  'forget-letter': undefined
  'forget-letter-about': undefined
  'rate-title': undefined
  'rate-pick': undefined
  'rate-reason': undefined
  'rate-reason-missing': undefined
  'rate-reopen': undefined
  'rate-until': { day: string | number }
  'rate-public': undefined
  'rate-send': undefined
  'figures-none': undefined
  'figures-about': undefined
  'figures-order': undefined
  'figures-routed': undefined
  'figures-of': { answered: string | number; routed: string | number }
  'figures-respond': undefined
  'figures-resolve': undefined
  'figures-satisfied': undefined
  'figures-days': undefined
  'figures-red': undefined
  'figures-lights': { red: string | number; supervised: string | number }
  'figures-percent': { percent: string | number }
  'figures-unknown': undefined
  'filter-state': undefined
  'me-unseen': { count: string | number }
  'me-waiting': { count: string | number }
  'my-data': undefined
  'my-data-about': undefined
  'my-data-keyfile': undefined
  'my-data-export': undefined
  'my-data-export-about': undefined
  'my-data-erase': undefined
  'my-data-erase-about': undefined
  'my-data-erase-sure': undefined
  'my-data-erased': undefined
}
export type MessageKey = keyof Messages
