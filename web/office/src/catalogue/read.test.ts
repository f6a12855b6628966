import { describe, expect, it } from 'vitest'
import type { Catalogue, Duty } from '@shared/api-types/catalogue'
import { causeTree, chosen, COMMUNITY, copyOf, freshId, handlerOf, isMissing, paths, renamed, wordsOf } from './read'

const duty = (category: string[]): Duty => ({ id: 'd', category, words: [], to: { name: '城管科' } })
const catalogue: Catalogue = {
  types: [{ name: '市容', below: [{ name: '占道', below: [{ name: '摊贩', words: ['摆摊'] }] }] }],
  topics: [],
  causes: [{ id: 'a', name: '设施' }, { id: 'b', name: '老化', parent: 'a' }],
  duties: [duty(['市容', '占道'])],
  urgency: { critical: [], urgent: [] },
}

describe('the catalogue as it is edited', () => {
  it('words may be typed with any mark between them, each once', () => {
    expect(wordsOf(' 摆摊、摊贩，占道;摆摊\n小贩 ')).toEqual(['摆摊', '摊贩', '占道', '小贩'])
    expect(wordsOf('  ')).toEqual([])
  })

  it('a copy leaves what is in force alone', () => {
    const copy = copyOf(catalogue)
    copy.types[0]!.name = '别的'
    expect(catalogue.types[0]!.name).toBe('市容')
  })

  it('a new id is nobody else’s', () => {
    const first = freshId([], 1)
    expect(freshId([{ id: first }], 1)).not.toBe(first)
  })

  it('a duty may be for any level of the tree', () => {
    expect(paths(catalogue)).toEqual([['市容'], ['市容', '占道'], ['市容', '占道', '摊贩']])
  })

  it('a duty follows its type to another name, and no other duty does', () => {
    const duties = [duty(['市容', '占道']), duty(['别的', '占道'])]
    renamed(duties, ['市容'], '占道', '占路')
    expect(duties.map((one) => one.category)).toEqual([['市容', '占路'], ['别的', '占道']])
  })

  it('a unit is found by its name until it is chosen, and one that is not there is told', () => {
    const units = [{ id: 'u1', name: '城管科' }]
    expect(chosen({ name: '城管科' }, units)).toBe('u1')
    expect(handlerOf('u1', units)).toEqual({ id: 'u1', name: '城管科' })
    expect(handlerOf(COMMUNITY, units)).toEqual({ community: true })
    expect(isMissing({ name: '经发科' }, units)).toBe(true)
    expect(isMissing({ community: true }, units)).toBe(false)
  })

  it('causes stand under their roots', () => {
    expect(causeTree(catalogue.causes)).toEqual([{ root: catalogue.causes[0], below: [catalogue.causes[1]] }])
  })
})
