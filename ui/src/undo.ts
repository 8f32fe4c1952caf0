/** What was just deleted, for as long as it may come back. */
import { ref } from 'vue'

/** The draft that can be restored; the run of the app is the limit. */
const deleted = ref<string>()

export function useUndo() {
  return {
    deleted,
    offer: (id: string) => void (deleted.value = id),
    done: () => void (deleted.value = undefined),
  }
}
