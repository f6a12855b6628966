import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  plugins: [vue()],
  define: { __APP_VERSION__: JSON.stringify('0.0.0-test') },
  resolve: { alias: { '@shared': here('shared'), '@wasm': here('wasm'), '@core-words': here('../sync-core/words'), '@core-kinds': here('../sync-core/src/kinds') } },
  test: {
    include: ['{field,office,shared,plugins}/**/*.test.ts'],
    // A file that needs the DOM says `// @vitest-environment happy-dom` on its first line.
    environment: 'node',
    env: { TZ: 'Asia/Shanghai' },
  },
})
