/** The first screen speaks without the words of the letters, which come after it. */
import { readFileSync } from 'node:fs'
import { mount } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { createMemoryHistory } from 'vue-router'
import { core } from './help'

const keys = [...readFileSync('../assets/locales/zh-CN/petitions.ftl', 'utf8').matchAll(/^([a-z]+(?:-[a-z0-9]+)+) =/gm)].map((match) => match[1]!)

describe.each(['/news', '/home'])('%s', (path) => {
  it('says nothing that has no words yet', async () => {
    vi.resetModules()
    const { fluent } = await import('../src/i18n')
    const { makeRouter } = await import('../src/router')
    const { default: AppShell } = await import('../src/components/AppShell.vue')
    const { hear } = await import('../src/api')
    await core()
    await hear()
    const router = makeRouter(createMemoryHistory())
    await router.push(path)
    const app = mount(AppShell, { global: { plugins: [router, fluent] }, attachTo: document.body })
    await vi.waitFor(() => expect(app.findAll('[data-testid^="row-news-"]').length).toBeGreaterThan(2), { timeout: 10_000 })
    expect(keys.length).toBeGreaterThan(200)
    expect(fluent.$t(keys[0]!), 'they are not here').toBe(keys[0])
    expect(keys.filter((key) => app.html().includes(key) && !app.html().includes(`/${key}`))).toEqual([])
    await router.push('/petitions')
    expect(fluent.$t(keys[0]!)).not.toBe(keys[0])
  })
})
