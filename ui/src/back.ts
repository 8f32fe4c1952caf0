/** Going back to the list a record was opened from. */
import type { Router } from 'vue-router'

/** The list's address, with its filter; none when no record is open. */
export function listOf(router: Router) {
  const { name, params, query } = router.currentRoute.value
  if (!params.id || !name) return undefined
  return router.resolve({ name, params: { ...params, id: null }, query })
}

/** Uses the history when the list is what came before, so that back is not needed twice. */
export function backToList(router: Router) {
  const list = listOf(router)
  if (!list) return
  if (router.options.history.state.back === list.fullPath) router.back()
  else void router.replace(list)
}
