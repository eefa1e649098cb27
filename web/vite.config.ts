// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'vite';

// Relative addresses: the app is served from the root of a distribution, or from any folder.
export default defineConfig({
  base: './',
  build: { target: 'es2022', modulePreload: { polyfill: false }, reportCompressedSize: false, manifest: true },
  server: { host: '127.0.0.1' },
});
