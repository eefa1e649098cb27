// SPDX-License-Identifier: Apache-2.0
import { defineConfig, mergeConfig } from 'vite';
import usual from './vite.config';

/** What `bench/charts.mjs` opens: the app's chart, built as the app is. */
export default mergeConfig(usual, defineConfig({ root: 'bench', build: { outDir: '../dist-bench', emptyOutDir: true } }));
