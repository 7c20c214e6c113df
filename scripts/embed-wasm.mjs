/**
 * Writes dist/frontend.wasm as base64 into a module, since `new URL('x.wasm', import.meta.url)` in a
 * dependency does not survive every bundler (docs/adr/0003-inlined-wasm.md).
 */
import { readFileSync, writeFileSync } from 'node:fs';

const wasm = readFileSync(new URL('../dist/frontend.wasm', import.meta.url));
writeFileSync(
  new URL('../src/dsp/frontend-binary.ts', import.meta.url),
  `/** Generated from assembly/ by \`npm run build:wasm\`: the front end, ${wasm.length} bytes, in base64. */
export const frontendBinary =
  '${wasm.toString('base64')}';
`,
);
