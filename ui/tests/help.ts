/** What several tests need. */
import { effectScope, type Component } from 'vue'
import { flushPromises, mount } from '@vue/test-utils'
import { onTestFinished } from 'vitest'
import { createMemoryHistory } from 'vue-router'
import { hear } from '../src/api'
import { fluent, type Translate } from '../src/i18n'
import { makeRouter } from '../src/router'
import { installMock, type Scenario } from './mock.mjs'

export const t = fluent.$t as Translate

/** A core that answers as `scenario` says, and is heard. */
export async function core(scenario?: Scenario) {
  const mock = installMock(scenario)
  await hear()
  return mock
}

/** Runs `use` as a component's setup would, and ends it with `stop`, or with the test. */
export function inScope<T>(use: () => T) {
  const scope = effectScope()
  onTestFinished(() => scope.stop())
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
