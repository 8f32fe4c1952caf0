import './old'
import './styles/tokens.css'
import './styles/base.css'
import './styles/print.css'
import { begin, foresee } from './first'

const opening = begin()
// When it could not be opened, there is nothing to ask yet.
const foreseen = opening.then((trouble) => (trouble ? undefined : foresee()))
// Asked for by the page as well (vite.config.ts), so that it does not wait for this one.
void import('./app').then(({ start }) => start(opening, foreseen))
