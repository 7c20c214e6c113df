import { execSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';

const root = new URL('../', import.meta.url);

/** Builds the WebAssembly modules when its sources are newer than the build, so any test file can run alone. */
export default function setup(): void {
  const built = [
    'src/dsp/frontend-binary.ts',
    'src/decoding/decoder-binary.ts',
    'build/stages.wasm',
    'build/stages.debug.wasm',
  ].map(modifiedAt);
  const sources = [
    'asconfig.json',
    'scripts/embed-wasm.mjs',
    ...readdirSync(new URL('assembly/', root), { encoding: 'utf8', recursive: true }).map(
      (file) => `assembly/${file}`,
    ),
  ].map(modifiedAt);
  if (Math.max(...sources) <= Math.min(...built)) return;
  for (const script of ['build:wasm', 'build:stages']) {
    execSync(`npm run --silent ${script}`, { cwd: root, stdio: 'inherit' });
  }
}

/** Time of the last change in ms, 0 for a file that does not exist. */
function modifiedAt(path: string): number {
  return statSync(new URL(path, root), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
