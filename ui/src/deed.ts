/** Something done to my letter. It goes through the outbox, so that it also works without a network. */
import { ref } from 'vue'
import { useAct } from './act'
import { letterDeed } from './api'
import type { LetterDeed_Serialize as LetterDeed } from './bindings'
import { useT } from './i18n'

export function useDeed(number: () => string) {
  const t = useT()
  const act = useAct()
  const busy = ref(false)

  /** Answers whether the outbox has it. */
  async function send(deed: Partial<LetterDeed> & { action: string }): Promise<boolean> {
    busy.value = true
    const whole = { text: '', reason: '', rating: null, visibility: null, ...deed }
    const done = await act(() => letterDeed(number(), whole).then(() => true), () => t('deed-taken'))
    busy.value = false
    return done ?? false
  }
  return { busy, send }
}
