import { ref } from 'vue'
import { flushPromises } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { Failure } from '../src/api'
import { useLive } from '../src/live'
import { core, inScope } from './help'

describe('useLive', () => {
  it('reads now, and again when one of its collections changed', async () => {
    const mock = await core()
    const read = vi.fn().mockResolvedValueOnce('old').mockResolvedValueOnce('new')
    const { value: live } = inScope(() => useLive(read, () => ['news']))
    expect(live.loading.value).toBe(true)
    await flushPromises()
    expect(live.data.value).toBe('old')

    mock.emit('changed', { collections: ['agencies'] })
    await flushPromises()
    expect(read).toHaveBeenCalledTimes(1)

    mock.emit('changed', { collections: ['news', 'agencies'] })
    await flushPromises()
    expect(live.data.value).toBe('new')
    expect(live.loading.value).toBe(false)
  })

  it('misses nothing that changes between its first reading and the next tick', async () => {
    const mock = await core()
    const read = vi.fn().mockResolvedValueOnce('old').mockResolvedValueOnce('new')
    const { value: live } = inScope(() => useLive(read, () => ['news']))
    mock.emit('changed', { collections: ['news'] })
    await flushPromises()
    expect(live.data.value).toBe('new')
  })

  it('keeps the last good answer when a later reading fails, and says why', async () => {
    const mock = await core()
    const read = vi.fn().mockResolvedValueOnce('good').mockRejectedValueOnce(new Failure('offline'))
    const { value: live } = inScope(() => useLive(read, () => ['news']))
    await flushPromises()
    mock.emit('changed', { collections: ['news'] })
    await flushPromises()
    expect(live.data.value).toBe('good')
    expect(live.error.value).toBe('offline')
  })

  it('drops an answer that comes after a newer question', async () => {
    const answers: Record<string, (value: string) => void> = {}
    const text = ref('a')
    const { value: live } = inScope(() => useLive(() => new Promise<string>((done) => (answers[text.value] = done))))
    text.value = 'ab'
    await flushPromises()
    answers.ab!('for ab')
    answers.a!('for a')
    await flushPromises()
    expect(live.data.value).toBe('for ab')
  })

  it('listens no more once its component is gone', async () => {
    const mock = await core()
    const read = vi.fn().mockResolvedValue(1)
    const { stop } = inScope(() => useLive(read, () => ['news']))
    await flushPromises()
    stop()
    mock.emit('changed', { collections: ['news'] })
    await flushPromises()
    expect(read).toHaveBeenCalledTimes(1)
  })

  it('counts a bug as internal, never showing its text', async () => {
    const { value: live } = inScope(() => useLive(() => Promise.reject(new TypeError('x is undefined'))))
    await flushPromises()
    expect(live.error.value).toBe('internal')
  })
})
