/** The directory's records as one shape: a name, ways to reach it, and facts. One page shows them all. */
import type { Body, Location, Picture, Tel } from './bindings'
import type { Translate } from './i18n'

export type FactKind = 'place' | 'time' | 'parent' | 'duties' | 'note' | 'web'

export interface Fact {
  kind: FactKind
  name: string
  value: string
}

export interface Facts {
  /** The line above the name. */
  crumb: string
  title: string
  /** The line under the name. */
  post: string
  photo: Picture | null
  phones: Tel[]
  location: Location | null
  facts: Fact[]
}

export type DirectoryBody = Extract<Body, { type: 'leader' | 'agency' | 'phone' | 'school' | 'hospital' }>

const crumb = (...parts: (string | undefined)[]) => parts.filter(Boolean).join(' · ')

const none = { post: '', photo: null, phones: [] as Tel[], location: null }

export function factsOf(t: Translate, body: DirectoryBody): Facts {
  const fact = (kind: FactKind, name: string, value: string | undefined): Fact[] => (value ? [{ kind, name, value }] : [])
  const address = (value: string | undefined) => fact('place', t('fact-address'), value)
  const web = (value: string | undefined) => fact('web', t('fact-website'), value)

  switch (body.type) {
    case 'leader': {
      const { name, post, photo, department, portfolio } = body.record
      const facts = fact('duties', t('fact-portfolio'), portfolio)
      return { ...none, crumb: department ?? '', title: name, post, photo: photo ?? null, facts }
    }
    case 'agency': {
      const { name, short, parent, kind, duties, hours, county, ...place } = body.record
      const facts = [
        ...address(place.address),
        ...fact('time', t('fact-hours'), hours),
        ...fact('parent', t('fact-parent'), parent),
        ...web(place.website),
        ...fact('duties', t('fact-duties'), duties),
      ]
      return { ...none, ...reach(place), crumb: crumb(county, kind), title: name, post: short === name ? '' : (short ?? ''), facts }
    }
    case 'phone': {
      const { name, phones, category, hours, note, county } = body.record
      const facts = [...fact('note', t('fact-note'), note), ...fact('time', t('fact-phone-hours'), hours)]
      return { ...none, phones, crumb: crumb(county, category), title: name, facts }
    }
    case 'school': {
      const { name, level, ownership, county, ...place } = body.record
      return { ...none, ...reach(place), crumb: crumb(county, level, ownership), title: name, facts: [...address(place.address), ...web(place.website)] }
    }
    case 'hospital': {
      const { name, kind, grade, county, hours, ...place } = body.record
      const facts = [...address(place.address), ...fact('time', t('fact-consulting'), hours), ...web(place.website)]
      return { ...none, ...reach(place), crumb: crumb(county, kind, grade), title: name, facts }
    }
  }
}

interface Place {
  phones?: Tel[]
  location?: Location | null
}

const reach = ({ phones, location }: Place) => ({ phones: phones ?? [], location: location ?? null })
