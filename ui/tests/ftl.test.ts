import { describe, expect, it } from 'vitest'
// @ts-expect-error a plain script without types
import { audit, drift, keysIn, messagesOf, usage } from '../scripts/ftl.mjs'

describe('the words of the app', () => {
  it('are complete in every language', () => {
    expect(audit().faults).toEqual([])
  })
})

describe('the check itself', () => {
  it('sees junk, twins, collisions and functions that Rust lacks', () => {
    const { faults } = messagesOf('-a = x\na = y\nb = 1\nb = 2\nc = { DATETIME($d) }\n= junk', 'xx')
    expect(faults).toHaveLength(4)
  })
  it('sees keys and variables that differ', () => {
    const base = messagesOf('a = { $n }\nb = x', 'zh').messages
    expect(drift(base, messagesOf('a = { $m }\nc = x', 'en').messages, 'en')).toEqual([
      'en: a has {m}, zh-CN has {n}',
      'en: b is missing',
      'en: c is not in zh-CN',
    ])
  })
  it('sees use without definition and definition without use', () => {
    const used = new Map(keysIn("t('a') t('lost-key', { n }) { key: 'nav-news' } say(\"b\", None)").map((key: string) => [key, 'x.vue']))
    expect(usage(messagesOf('a = 1\nb = 1\nnav-news = 2\nidle = 3', 'zh').messages, used)).toEqual(['x.vue: lost-key is not defined', 'zh-CN: idle is not used'])
  })
})
