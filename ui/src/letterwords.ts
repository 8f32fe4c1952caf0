/** The words for letters: what they are about, where they stand, what happened to them. Codes come from the core. */
import type { LetterKind, LetterState, Light, OutState, Rating, Visibility } from './bindings'
import type { Translate } from './i18n'
import type { MessageKey, Messages } from './messages'

export const kinds = ['consult', 'suggest', 'complain', 'help', 'thank'] as const satisfies readonly LetterKind[]
export const states = ['submitted', 'declined', 'routed', 'responded', 'resolved', 'reopened', 'closed', 'merged', 'withdrawn'] as const satisfies readonly LetterState[]
export const lights = ['green', 'yellow', 'red', 'supervised'] as const satisfies readonly Light[]
/** The best first. */
export const grades = ['very_good', 'good', 'fair', 'bad', 'very_bad'] as const satisfies readonly Rating[]
/** The two worst need a reason, and may open the case again. */
export const isBad = (rating: Rating | null) => rating === 'bad' || rating === 'very_bad'

const kindWords = {
  consult: { key: 'letter-kind-consult' },
  suggest: { key: 'letter-kind-suggest' },
  complain: { key: 'letter-kind-complain' },
  help: { key: 'letter-kind-help' },
  thank: { key: 'letter-kind-thank' },
} as const
const stateWords = {
  submitted: { key: 'letter-state-submitted' },
  declined: { key: 'letter-state-declined' },
  routed: { key: 'letter-state-routed' },
  responded: { key: 'letter-state-responded' },
  resolved: { key: 'letter-state-resolved' },
  reopened: { key: 'letter-state-reopened' },
  closed: { key: 'letter-state-closed' },
  merged: { key: 'letter-state-merged' },
  withdrawn: { key: 'letter-state-withdrawn' },
} as const
const lightWords = {
  green: { key: 'letter-light-green' },
  yellow: { key: 'letter-light-yellow' },
  red: { key: 'letter-light-red' },
  supervised: { key: 'letter-light-supervised' },
} as const
const gradeWords = {
  very_good: { key: 'letter-grade-very-good' },
  good: { key: 'letter-grade-good' },
  fair: { key: 'letter-grade-fair' },
  bad: { key: 'letter-grade-bad' },
  very_bad: { key: 'letter-grade-very-bad' },
} as const
const visibilityWords = {
  public: { key: 'letter-public' },
  private: { key: 'letter-private' },
  secret: { key: 'letter-secret' },
} as const
const outWords = {
  draft: { key: 'out-draft' },
  frozen: { key: 'out-frozen' },
  sending: { key: 'out-sending' },
  retry: { key: 'out-retry' },
  refused: { key: 'out-refused' },
} as const

export const kindName = (t: Translate, kind: LetterKind) => t(kindWords[kind].key)
export const stateName = (t: Translate, state: LetterState) => t(stateWords[state].key)
export const lightName = (t: Translate, light: Light) => t(lightWords[light].key)
export const gradeName = (t: Translate, rating: Rating) => t(gradeWords[rating].key)
export const visibilityName = (t: Translate, visibility: Visibility) => t(visibilityWords[visibility].key)
export const outName = (t: Translate, state: OutState) => t(outWords[state].key)

/** Steps of the 流转单. */
const steps = {
  submit: { key: 'step-submit' },
  supplement: { key: 'step-supplement' },
  withdraw: { key: 'step-withdraw' },
  set_visibility: { key: 'step-set-visibility' },
  classify: { key: 'step-classify' },
  decline: { key: 'step-decline' },
  appeal: { key: 'step-appeal' },
  route: { key: 'step-route' },
  return: { key: 'step-return' },
  settle_return: { key: 'step-settle-return' },
  reroute: { key: 'step-reroute' },
  respond: { key: 'step-respond' },
  ask_extension: { key: 'step-ask-extension' },
  grant_extension: { key: 'step-grant-extension' },
  refuse_extension: { key: 'step-refuse-extension' },
  resolve: { key: 'step-resolve' },
  rate: { key: 'step-rate' },
  confirm_reopen: { key: 'step-confirm-reopen' },
  refuse_reopen: { key: 'step-refuse-reopen' },
  close: { key: 'step-close' },
  merge: { key: 'step-merge' },
  unmerge: { key: 'step-unmerge' },
  join: { key: 'step-join' },
  leave: { key: 'step-leave' },
  supervise: { key: 'step-supervise' },
  redact: { key: 'step-redact' },
  ask_erase: { key: 'step-ask-erase' },
  erase: { key: 'step-erase' },
  late_response: { key: 'step-late-response' },
  late_completion: { key: 'step-late-completion' },
} as const
const sorts = {
  supplement: { key: 'words-supplement' },
  response: { key: 'words-response' },
  answer: { key: 'words-answer' },
  rating: { key: 'words-rating' },
  decline: { key: 'words-decline' },
} as const
const declined = {
  not_ours: { key: 'declined-not-ours' },
  no_matter: { key: 'declined-no-matter' },
  in_court: { key: 'declined-in-court' },
  repeated: { key: 'declined-repeated' },
  abusive: { key: 'declined-abusive' },
  commercial: { key: 'declined-commercial' },
  elsewhere: { key: 'declined-elsewhere' },
} as const
const hidden = {
  mobile: { key: 'hidden-mobile' },
  landline: { key: 'hidden-landline' },
  id_card: { key: 'hidden-id-card' },
  bank_card: { key: 'hidden-bank-card' },
  plate: { key: 'hidden-plate' },
  email: { key: 'hidden-email' },
  name: { key: 'hidden-name' },
} as const
const problems = {
  offline: { key: 'out-problem-offline' },
  timeout: { key: 'out-problem-timeout' },
  server: { key: 'out-problem-server' },
  captive_portal: { key: 'out-problem-captive-portal' },
  busy: { key: 'out-problem-busy' },
  too_many: { key: 'out-problem-too-many' },
  refused: { key: 'out-problem-refused' },
  invalid: { key: 'out-problem-invalid' },
  update_app: { key: 'out-problem-update-app' },
} as const

type Plain = { [K in MessageKey]: Messages[K] extends undefined ? K : never }[MessageKey]
type Table = Readonly<Record<string, { readonly key: Plain }>>

/** A code that this app does not know yet is shown as it is, rather than left out. */
function worded(t: Translate, table: Table, code: string): string {
  const word = Object.keys(table).includes(code) ? table[code] : undefined
  return word ? (t as (key: Plain) => string)(word.key) : code
}

export const stepName = (t: Translate, what: string) => worded(t, steps, what)
export const sortName = (t: Translate, sort: string) => worded(t, sorts, sort)
export const declinedName = (t: Translate, code: string) => worded(t, declined, code)
export const hiddenName = (t: Translate, sort: string) => worded(t, hidden, sort)
/** Why a letter waits, in a sentence. */
export const outProblem = (t: Translate, code: string) => (Object.keys(problems).includes(code) ? worded(t, problems, code) : t('out-problem-other'))

/** A letter as it is read aloud: what was asked, then who said what. */
export function aloud(t: Translate, letter: { title?: string | null; text?: string | null; words?: readonly { sort: string; department?: string; text: string }[] }): string {
  const said = (letter.words ?? []).flatMap(({ sort, department, text }) => [`${department || t('words-writer')}${sortName(t, sort)}`, text])
  return [letter.title, letter.text, ...said].filter(Boolean).join('\n')
}
