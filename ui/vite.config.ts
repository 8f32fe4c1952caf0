import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import icons from 'unplugin-icons/vite'
import { defineConfig } from 'vitest/config'
import { firstScreen } from './scripts/first-screen.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  plugins: [vue(), icons({ compiler: 'vue3', scale: 1 }), firstScreen(here('./src/main.ts'), here('./src/app.ts'))],
  resolve: {
    alias: {
      '@locales': here('../assets/locales'),
      '@licences': here('../assets/licences.json'),
      // Its package.json misspells the "production" condition, so the devtools panel would ship with the app.
      'fluent-vue': here('./node_modules/fluent-vue/dist/prod/index.mjs'),
    },
  },
  // Tauri expects this port and stops when it is taken.
  server: { port: 5173, strictPort: true, fs: { allow: ['.', '../assets'] } },
  // Web views of phones bought in 2020: Huawei and the like ship Chromium 87, iOS 14 ships Safari 14.
  build: { target: ['chrome87', 'safari14'], cssMinify: 'lightningcss', chunkSizeWarningLimit: 400, assetsInlineLimit: 0, manifest: true },
  test: { environment: 'happy-dom', include: ['tests/**/*.test.ts'], setupFiles: ['tests/setup.ts'], testTimeout: 30_000 },
})
