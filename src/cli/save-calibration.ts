import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../errors.js';

/**
 * Refuses to calibrate for nothing.
 *
 * @throws ConfigError where the calibration would go nowhere
 */
export function expectPlace(out: string | undefined, writeManifest: boolean): void {
  if (out === undefined && !writeManifest) {
    throw new ConfigError('out', { expected: '--out, --write-manifest or both', actual: 'neither' });
  }
}

/**
 * Writes a calibration.
 *
 * @param out a file for it alone
 * @param manifest a manifest, or its folder, whose calibration it becomes
 */
export async function saveCalibration(
  calibration: object,
  { out, manifest }: { readonly out: string | undefined; readonly manifest: string | URL | null },
): Promise<void> {
  if (out !== undefined) await writeFile(out, toText(calibration));
  if (manifest === null) return;
  const path =
    typeof manifest === 'string' && (await stat(manifest)).isDirectory()
      ? join(manifest, 'manifest.json')
      : manifest;
  const json: object = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, toText({ ...json, calibration }));
}

function toText(json: object): string {
  return `${JSON.stringify(json, null, 2)}\n`;
}
