/**
 * Runs `npm run build` unless nothing has changed since it last succeeded.
 *
 * npm runs `prepare` after `npm ci` and once more at the first `npx wakeproof` in a checkout, which need not build again.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const stamp = new URL('build/built', root);
const outputs = ['dist/frontend.wasm', 'dist/decoder.wasm', 'dist/cli/main.js'];
const sources = [
  'asconfig.json',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'scripts',
  'assembly',
  'src',
];

/** Time of the last change in ms, of a file or of the newest file in a folder. */
function changedAt(path) {
  const facts = statSync(new URL(path, root));
  if (!facts.isDirectory()) return facts.mtimeMs;
  return Math.max(...readdirSync(new URL(`${path}/`, root)).map((name) => changedAt(`${path}/${name}`)));
}

const isBuilt = existsSync(stamp) && outputs.every((path) => existsSync(new URL(path, root)));
if (!isBuilt || Math.max(...sources.map(changedAt)) > statSync(stamp).mtimeMs) {
  const { status } = spawnSync('npm', ['run', 'build'], { cwd: root, stdio: 'inherit', shell: true });
  if (status !== 0) process.exit(1);
  // The command: npx makes it executable only where it first links it, not in a checkout made anew at the same place.
  chmodSync(new URL('dist/cli/main.js', root), 0o755);
  mkdirSync(new URL('build/', root), { recursive: true });
  writeFileSync(stamp, '');
}
