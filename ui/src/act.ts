/** Runs something a person asked for and says how it ended. */
import { codeOf } from './api'
import { useT } from './i18n'
import { say } from './toast'
import { problem } from './words'

export function useAct() {
  const t = useT()
  /** `done` words the success; without it, success needs no words. */
  return async function act<T>(work: () => Promise<T>, done?: (answer: T) => string): Promise<T | undefined> {
    try {
      const answer = await work()
      if (done) say(done(answer))
      return answer
    } catch (thrown) {
      say(problem(t, codeOf(thrown)), 'failed')
      return undefined
    }
  }
}
