import { createRouter, createWebHashHistory } from 'vue-router'
import { snapshot } from '@shared/core/client'
import Home from './pages/Home.vue'
import Me from './pages/Me.vue'
import Patrol from './pages/Patrol.vue'
import Records from './pages/Records.vue'
import SyncPage from './pages/SyncPage.vue'
import Tasks from './pages/Tasks.vue'
import Ticket from './pages/Ticket.vue'
import { steady } from './back'
import { scrolled } from './place'
import { allowed } from './roles'

export const router = createRouter({
  history: createWebHashHistory('/field/'),
  routes: [
    { path: '/', redirect: '/tasks' },
    { path: '/enrol', component: () => import('./pages/Enrol.vue') },
    { path: '/home', component: Home, meta: { tab: true } },
    { path: '/guide', component: () => import('./pages/Guide.vue') },
    { path: '/tasks', component: Tasks, meta: { tab: true } },
    { path: '/patrol', component: Patrol, meta: { tab: true } },
    { path: '/records', component: Records, meta: { tab: true } },
    { path: '/sync', component: SyncPage, meta: { tab: true } },
    { path: '/me', component: Me, meta: { tab: true } },
    { path: '/find', component: () => import('./pages/Find.vue'), meta: { writing: true } },
    { path: '/ticket/:id', component: Ticket, props: true },
    { path: '/visit/:doc', component: () => import('./pages/RecordPage.vue'), props: true, meta: { writing: true } },
    { path: '/mediations', component: () => import('./kinds/mediation/representative/HomePage.vue'), meta: { tab: true } },
    { path: '/mediation/:doc', component: () => import('./kinds/mediation/representative/AgreementPage.vue'), props: true, meta: { writing: true } },
    { path: '/:rest(.*)*', redirect: '/tasks' },
  ],
  scrollBehavior: (_, __, kept) => scrolled(kept),
})

// Before the core has said whose phone this is, nothing is shown; App.vue asks again then.
router.beforeEach(async ({ path }) => {
  await steady()
  const { profile } = snapshot.value
  const to = profile ? allowed(profile.role, path) : path
  return to === path || { path: to, replace: true }
})
