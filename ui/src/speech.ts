/**
 * 朗读: the system's own voice, where the web view has one.
 *
 * A text is read sentence by sentence: some engines fall silent after a quarter of a minute, and a sentence is where
 * one may stop and go on. Rejected: a voice of our own, which weighs more than the whole app, and one over the network,
 * which would learn what is read.
 */
import { computed, onScopeDispose, ref, shallowRef } from 'vue'
import { prefs } from './prefs'

const engine: SpeechSynthesis | undefined = globalThis.speechSynthesis
/** Slower than a newsreader. */
const RATE = 0.9
/** Engines stumble over more at once. */
const LONGEST = 120

/** The parts of a text that are spoken in one breath. */
export function breaths(text: string): string[] {
  const sentences = text.match(/[^。！？!?；;\n]+[。！？!?；;]*/g) ?? []
  return sentences
    .map((sentence) => sentence.trim())
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence))
    .flatMap((sentence) => sentence.match(new RegExp(`.{1,${LONGEST}}`, 'gsu')) ?? [])
}

const voices = shallowRef<readonly SpeechSynthesisVoice[]>([])
const look = () => (voices.value = engine?.getVoices() ?? [])
if (engine) {
  look()
  engine.addEventListener?.('voiceschanged', look)
}

/** The content is Chinese, whatever language the app speaks. */
const voice = computed(() => {
  const chinese = voices.value.filter(({ lang }) => /^(zh|cmn)/i.test(lang))
  return chinese.find(({ lang, localService }) => localService && /CN|Hans/i.test(lang)) ?? chinese[0]
})

/** What is being read, by whatever name its reader gave it. */
const reading = ref<string>()
let turn = 0

/** Falls silent. */
export function hush() {
  turn++
  engine?.cancel()
  reading.value = undefined
}

function speak(name: string, text: string) {
  hush()
  const mine = turn
  const parts = breaths(text)
  const next = (at: number) => {
    const part = parts[at]
    if (mine !== turn) return
    if (part === undefined || !engine) return void (reading.value = undefined)
    const utterance = new SpeechSynthesisUtterance(part)
    if (voice.value) utterance.voice = voice.value
    utterance.lang = voice.value?.lang ?? 'zh-CN'
    utterance.rate = prefs.size === 'elder' ? RATE : 1
    utterance.onend = () => next(at + 1)
    // One sentence that cannot be spoken is not the end of the text.
    utterance.onerror = () => next(at + 1)
    engine.speak(utterance)
  }
  reading.value = name
  next(0)
}

/** For a button that reads `text` aloud; it falls silent when the button goes. */
export function useSpeech(name: () => string, text: () => string) {
  const can = computed(() => !!voice.value)
  const on = computed(() => reading.value === name())
  onScopeDispose(() => on.value && hush())
  return { can, on, toggle: () => (on.value ? hush() : speak(name(), text())) }
}
