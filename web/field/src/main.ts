import './trusted'
import '@shared/theme.css'
import './style.css'
import './display'
import './grow'
import 'vant/es/dialog/style'
import 'vant/es/toast/style'
import { start } from '@shared/core/client'
import { Locale } from 'vant'
import vantEnglish from 'vant/es/locale/lang/en-US'
import vantChinese from 'vant/es/locale/lang/zh-CN'
import { createApp, watch } from 'vue'
import App from './App.vue'
import { language, remembered, useLanguage } from './i18n'
import { keepPlace } from './place'
import { register } from './register'
import { router } from './router'

// A page of an older version may ask for a part that is gone; the current version is one reload away.
window.addEventListener('vite:preloadError', () => location.reload())

watch(language, (now) => (now === 'en' ? Locale.use('en-US', vantEnglish) : Locale.use('zh-CN', vantChinese)), { immediate: true })

start()
await useLanguage(remembered())
keepPlace(router)
createApp(App).use(router).mount('#app')
void register()
