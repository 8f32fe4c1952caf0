/**
 * What the first screen can be without is fetched once it is painted: the person waits for the rows, not for a menu
 * behind a button.
 */
import { defineAsyncComponent, ref, type Component } from 'vue'
import { frame } from './wait'

let say: () => void
const painting = new Promise<void>((done) => (say = done))

/** The first screen has been painted. */
export const painted = ref(false)

/** The app has been mounted: what it shows is painted with the next frame. */
export const sayPainted = () =>
  void frame().then(() => {
    painted.value = true
    say()
  })

/** A component that is not part of the first screen, though it stands on it. */
export const later = (load: () => Promise<{ default: Component }>) =>
  defineAsyncComponent(async () => {
    await painting
    return load()
  })
