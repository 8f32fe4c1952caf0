/** What several tests need. */
import { effectScope, type Component } from 'vue'
import { DOMWrapper, flushPromises, mount } from '@vue/test-utils'
import { onTestFinished, vi } from 'vitest'
import { createMemoryHistory } from 'vue-router'
import { hear } from '../src/api'
import AppShell from '../src/components/AppShell.vue'
import { fluent, type Translate } from '../src/i18n'
import { makeRouter } from '../src/router'
import { installMock, type Scenario } from './mock.mjs'

export const t = fluent.$t as Translate

/** What stands in the document, dialogs and all. */
export const page = new DOMWrapper(document.body)
export const by = (id: string) => page.find(`[data-testid="${id}"]`)
export const wait = (check: () => unknown) => vi.waitFor(check, { timeout: 20_000 })

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

/** The whole app at an address, on a core that answers as `scenario` says. */
export async function open(path: string, scenario?: Scenario) {
  const mock = await core(scenario)
  const { router } = await at(path, AppShell)
  await flushPromises()
  return { mock, router }
}
