/**
 * How the first screen comes: the small script that asks for its content (`src/main.ts`), and the rest of its code in
 * one file (`src/app.ts` and all that it imports), both named by the page so that neither waits for the other.
 *
 * Left to itself the bundler puts what other screens use as well into 30 files of their own.
 */
import type { Plugin, Rolldown } from 'vite'

const isApp = (id: string | null) => !!id?.endsWith('/src/app.ts')

/** All that a module imports, and what those import, without what they fetch later. */
function closure(id: string, context: Rolldown.ChunkingContext, into = new Set<string>()): Set<string> {
  if (into.has(id)) return into
  into.add(id)
  for (const next of context.getModuleInfo(id)?.importedIds ?? []) closure(next, context, into)
  return into
}

export function firstScreen(main: string, app: string): Plugin {
  /** The code behind `entry`; of two groups that want a module, the first has it. */
  const group = (name: string, entry: string, priority: number) => {
    let parts: Set<string> | undefined
    return {
      debugName: name,
      priority,
      name: (id: string, context: Rolldown.ChunkingContext) => ((parts ??= closure(entry, context)).has(id) ? name : null),
    }
  }
  const groups = [group('begin', main, 2), group('app', app, 1)]
  return {
    name: 'first-screen',
    config: () => ({ build: { rolldownOptions: { output: { codeSplitting: { groups } } } } }),
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        const chunks = Object.values(bundle ?? {}).filter((part) => part.type === 'chunk')
        const whole = chunks.find((chunk) => chunk.name === 'app' && chunk.moduleIds.some(isApp))
        if (!whole) return []
        const styles = [...(whole.viteMetadata?.importedCss ?? [])].map((name) => ({ rel: 'stylesheet', href: `/${name}` }))
        return [{ rel: 'modulepreload', href: `/${whole.fileName}` }, ...styles]
          .filter(({ href }) => !html.includes(href))
          .map((attrs) => ({ tag: 'link', attrs: { ...attrs, crossorigin: true }, injectTo: 'head' as const }))
      },
    },
  }
}
