/** What several tests need. */
import { effectScope, type Component } from 'vue'
import { flushPromises, mount } from '@vue/test-utils'
import { createMemoryHistory } from 'vue-router'
import { fluent, type Translate } from '../src/i18n'
import { makeRouter } from '../src/router'

export const t = fluent.$t as Translate

/** Runs `use` as a component's setup would, and ends it with `stop`. */
export function inScope<T>(use: () => T) {
  const scope = effectScope()
  return { value: scope.run(use) as T, stop: () => scope.stop() }
}

/** A component in an app with the router and the words, at an address. */
export async function at(path: string, component: Component, props: Record<string, unknown> = {}) {
  const router = makeRouter(createMemoryHistory())
  await router.push(path)
  const wrapper = mount(component, { props, attachTo: document.body, global: { plugins: [router, fluent] } })
  await flushPromises()
  return { wrapper, router }
}
