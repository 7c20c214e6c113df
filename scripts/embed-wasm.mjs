/**
 * Writes each WebAssembly module of dist/ as base64 into a source file, since `new URL('x.wasm', import.meta.url)` in
 * a dependency does not survive every bundler (docs/adr/0003-inlined-wasm.md).
 */
import { readFileSync, writeFileSync } from 'node:fs';

const modules = [
  { name: 'frontend', sources: 'assembly/', folder: 'dsp', what: 'the front end' },
  { name: 'decoder', sources: 'assembly/decoder/', folder: 'decoding', what: 'the decoder' },
];

for (const { name, sources, folder, what } of modules) {
  const wasm = readFileSync(new URL(`../dist/${name}.wasm`, import.meta.url));
  writeFileSync(
    new URL(`../src/${folder}/${name}-binary.ts`, import.meta.url),
    `/** Generated from ${sources} by \`npm run build:wasm\`: ${what}, ${wasm.length} bytes, in base64. */
export const ${name}Binary =
  '${wasm.toString('base64')}';
`,
  );
}
