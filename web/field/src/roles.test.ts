import { expect, test } from 'vitest'
import { allowed, homeOf, invitesRepresentatives } from './roles'

const LIGHT = ['volunteer', 'building_captain']
const WORKERS = ['grid_worker', 'community_secretary', 'hotline_worker', undefined]

test('a representative begins at their mediations, who helps beside other work at three things to do, everybody else at the tasks', () => {
  expect(homeOf('owner_rep')).toBe('/mediations')
  for (const role of LIGHT) expect(homeOf(role)).toBe('/home')
  for (const role of WORKERS) expect(homeOf(role)).toBe('/tasks')
})

test('no typed address leads a representative to tickets, visits, the round or the records', () => {
  for (const path of ['/home', '/tasks', '/patrol', '/records', '/ticket/01ABC', '/', '/anything/else']) expect(allowed('owner_rep', path), path).toBe('/mediations')
  expect(allowed('owner_rep', '/visit/01ABC')).toBe('/mediation/01ABC')
})

test('their own pages, sending, signing out and enrolling are open to them', () => {
  for (const path of ['/mediations', '/mediation/01ABC', '/sync', '/me', '/enrol']) expect(allowed('owner_rep', path)).toBe(path)
})

test('everybody else keeps their pages, and opens a mediation where it is written', () => {
  for (const role of LIGHT) expect(allowed(role, '/home')).toBe('/home')
  for (const role of WORKERS) expect(allowed(role, '/home')).toBe('/tasks')
  for (const role of [...WORKERS, ...LIGHT]) {
    for (const path of ['/tasks', '/patrol', '/records', '/ticket/01ABC', '/visit/01ABC', '/sync', '/me', '/enrol']) expect(allowed(role, path), path).toBe(path)
    expect(allowed(role, '/mediation/01ABC')).toBe('/visit/01ABC')
    expect(allowed(role, '/mediations')).toBe(homeOf(role))
  }
})

test('who helps as a volunteer, and who is a representative, lets no representative in', () => {
  expect(['grid_worker', 'community_secretary', 'hotline_worker'].every(invitesRepresentatives)).toBe(true)
  expect([undefined, 'volunteer', 'owner_rep'].some(invitesRepresentatives)).toBe(false)
})
