import './trusted-types'
import '@shared/theme.css'
import './style.css'
import { createApp } from 'vue'
import App from './App.vue'
import { remembered, useLanguage } from './i18n'
import { router } from './router'
import { keepAlive, resume } from './session'

// A page left open over an update asks for files that are gone: load the new page instead.
addEventListener('vite:preloadError', (event) => {
  event.preventDefault()
  location.reload()
})

const start = async () => {
  await Promise.all([useLanguage(remembered()).catch(() => undefined), resume()])
  keepAlive()
  createApp(App).use(router).mount('#app')
}

void start()
