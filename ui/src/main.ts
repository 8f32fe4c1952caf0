import './old'
import './styles/tokens.css'
import './styles/base.css'
import './styles/print.css'
import { show } from './before'
import { begin, foresee } from './first'

// Without a build there are no styles yet to show it in.
const shown = import.meta.env.PROD ? show().catch(() => undefined) : Promise.resolve()
// The core opens its data by itself meanwhile. To ask it, and to hear it, would take from the frame that shows the picture.
const opening = shown.then(begin)
// When it could not be opened, there is nothing to ask yet.
const foreseen = opening.then((trouble) => (trouble ? undefined : foresee()))
// Asked for by the page as well (vite.config.ts), so that it does not wait for this one; run once there is something to see.
void shown.then(() => import('./app')).then(({ start }) => start(opening, foreseen))
