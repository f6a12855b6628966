import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { VantResolver } from '@vant/auto-import-resolver'
import vue from '@vitejs/plugin-vue'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import components from 'unplugin-vue-components/vite'
import { defineConfig, type PluginOption } from 'vite'
import { precache } from './plugins/precache.ts'
import { vantFont } from './plugins/vant-font.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const { version } = JSON.parse(readFileSync(here('package.json'), 'utf8')) as { version: string }

const PLUGINS: Record<string, () => PluginOption[]> = {
  field: () => [
    components({ dts: false, resolvers: [VantResolver()] }),
    vantFont(),
    precache({ worker: here('field/src/sw.js'), publicDir: here('field/public') }),
  ],
  office: () => [components({ dts: false, resolvers: [ElementPlusResolver({ importStyle: 'css' })] })],
}

/** Two roots, one code base: `--mode field` builds what a phone precaches, `--mode office` the desk's pages. */
export default defineConfig(({ mode }) => {
  const plugins = PLUGINS[mode]
  if (!plugins) throw new Error(`use --mode field or --mode office, not ${mode}`)
  return {
    root: here(mode),
    base: `/${mode}/`,
    plugins: [vue(), ...plugins()],
    define: { __APP_VERSION__: JSON.stringify(version) },
    resolve: { alias: { '@shared': here('shared'), '@wasm': here('wasm'), '@core-words': here('../sync-core/words'), '@core-kinds': here('../sync-core/src/kinds') } },
    worker: { format: 'es' },
    build: {
      outDir: here(`dist/${mode}`),
      emptyOutDir: true,
      // The oldest browsers in use among the workers (Chromium 96, Safari 16.4).
      target: ['chrome96', 'safari16.4'],
      // Precached files are cheaper as files than as text inside scripts, and CSP allows no data: scripts.
      assetsInlineLimit: 0,
    },
    server: { port: mode === 'field' ? 5173 : 5174, proxy: { '/v1': 'http://127.0.0.1:8080' }, fs: { allow: [here('.'), here('../sync-core/words'), here('../sync-core/src/kinds')] } },
  }
})
