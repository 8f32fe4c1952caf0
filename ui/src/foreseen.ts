/**
 * Answers that are asked for before the screen that needs them is there to ask.
 *
 * Each is taken once, by the same question, and none after the core has said that something changed: what was
 * foreseen is then old, and the screen asks for itself.
 *
 * Rejected: handing the first answers to the web view with the page. Rust would have to know what a screen asks.
 */

const forgetters: (() => void)[] = []

/** Something changed: nothing that was foreseen is true any more. */
export const forget = () => forgetters.forEach((one) => one())

/** `ask`, with a way to ask ahead. */
export function foreseen<A extends unknown[], T>(ask: (...question: A) => Promise<T>) {
  const waiting = new Map<string, Promise<T>>()
  forgetters.push(() => waiting.clear())

  function take(...question: A): Promise<T> {
    const key = JSON.stringify(question)
    const answer = waiting.get(key)
    waiting.delete(key)
    return answer ?? ask(...question)
  }
  /** Asks now; the answer waits for whoever asks the same. Over when it is there, and never fails. */
  async function ahead(...question: A): Promise<void> {
    const answer = ask(...question)
    waiting.set(JSON.stringify(question), answer)
    await answer.then(() => undefined, () => undefined)
  }
  return Object.assign(take, { ahead })
}
