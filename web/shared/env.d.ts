/// <reference types="vite/client" />

/** Version of the web package, set at build time. */
declare const __APP_VERSION__: string

declare module '*.vue' {
  import type { DefineComponent } from 'vue'
  const component: DefineComponent
  export default component
}
