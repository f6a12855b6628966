import { createRouter, createWebHashHistory, type RouteRecordRaw } from 'vue-router'
import { may, sections, type Right } from './rights'
import { signedIn } from './session'
import { cardOf } from './report/card'
import { pageOf } from './verify/digits'

declare module 'vue-router' {
  interface RouteMeta {
    /** Who finds this page. */
    right?: Right
    /** Which entry of the menu it belongs to. */
    section?: string
    /** Anybody finds it, signed in or not. */
    open?: true
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/', name: 'home', component: () => import('./pages/NothingHere.vue') },
  { path: '/signin', name: 'signin', component: () => import('./pages/SignIn.vue') },
  { path: '/verify/:digits?', name: 'verify', component: () => import('./pages/Verify.vue'), props: true, meta: { open: true } },
  { path: '/report/:card?', name: 'report', component: () => import('./pages/Report.vue'), props: true, meta: { open: true } },
  { path: '/reviews', name: 'reviews', component: () => import('./pages/Reviews.vue'), meta: { right: 'review', section: 'reviews' } },
  { path: '/visits/:id', name: 'visit', component: () => import('./pages/RecordPage.vue'), props: true, meta: { right: 'tickets', section: 'reviews' } },
  { path: '/tickets', name: 'tickets', component: () => import('./pages/Tickets.vue'), meta: { right: 'tickets', section: 'tickets' } },
  { path: '/tickets/:id', name: 'ticket', component: () => import('./pages/TicketPage.vue'), props: true, meta: { right: 'tickets', section: 'tickets' } },
  { path: '/cotasks', name: 'cotasks', component: () => import('./pages/CoTasks.vue'), meta: { right: 'cotasks', section: 'cotasks' } },
  { path: '/supervision', name: 'supervision', component: () => import('./pages/Supervision.vue'), meta: { right: 'supervise', section: 'supervision' } },
  { path: '/callbacks', name: 'callbacks', component: () => import('./pages/Callbacks.vue'), meta: { right: 'callbacks', section: 'callbacks' } },
  { path: '/figures', name: 'figures', component: () => import('./pages/Figures.vue'), meta: { right: 'figures', section: 'figures' } },
  { path: '/intake', name: 'intake', component: () => import('./pages/Intake.vue'), meta: { right: 'intake', section: 'intake' } },
  { path: '/mediations', name: 'mediations', component: () => import('./pages/Mediations.vue'), meta: { right: 'tickets', section: 'mediations' } },
  { path: '/mediations/:id', name: 'mediation', component: () => import('./pages/MediationPage.vue'), props: true, meta: { right: 'tickets', section: 'mediations' } },
  { path: '/people', name: 'people', component: () => import('./pages/People.vue'), meta: { right: 'people', section: 'people' } },
  { path: '/imports', name: 'imports', component: () => import('./pages/Imports.vue'), meta: { right: 'imports', section: 'imports' } },
  { path: '/exchange', name: 'exchange', component: () => import('./pages/Exchange.vue'), meta: { right: 'exchange', section: 'exchange' } },
  { path: '/quarantine', name: 'quarantine', component: () => import('./pages/QuarantineList.vue'), meta: { right: 'quarantine', section: 'quarantine' } },
  { path: '/quarantine/:id', name: 'aside', component: () => import('./pages/QuarantinePage.vue'), props: true, meta: { right: 'quarantine', section: 'quarantine' } },
  { path: '/audit', name: 'audit', component: () => import('./pages/AuditList.vue'), meta: { right: 'audit', section: 'audit' } },
  { path: '/catalogue', name: 'catalogue', component: () => import('./pages/CataloguePage.vue'), meta: { right: 'classes', section: 'catalogue' } },
  { path: '/forms', name: 'forms', component: () => import('./pages/Forms.vue'), meta: { right: 'forms', section: 'forms' } },
  { path: '/profiles', name: 'profiles', component: () => import('./pages/Profiles.vue'), meta: { right: 'rules', section: 'profiles' } },
  { path: '/cards', name: 'cards', component: () => import('./pages/Cards.vue'), meta: { right: 'cards', section: 'cards' } },
  { path: '/on-call/:id', name: 'on-call', component: () => import('./pages/OnCall.vue'), props: true, meta: { right: 'on_call', section: 'people' } },
  { path: '/:rest(.*)*', redirect: '/' },
]

// Papers and cards name short addresses, at which the hub serves this app too.
const plain = pageOf(location) ?? cardOf(location)
if (plain) history.replaceState(null, '', plain)

export const router = createRouter({ history: createWebHashHistory('/office/'), routes, scrollBehavior: () => ({ top: 0 }) })

router.beforeEach((to) => {
  if (to.meta.open) return true
  const first = sections.value[0]
  if (to.name === 'signin') return signedIn.value ? { name: 'home' } : true
  if (!signedIn.value) return { name: 'signin', query: to.name === 'home' ? {} : { next: to.fullPath } }
  if (to.name === 'home' && first) return { name: first.name }
  if (to.meta.right && !may(to.meta.right)) return { name: 'home' }
  return true
})
