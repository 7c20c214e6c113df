import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { modelIdentity, parseManifest } from '../../src/model/index.js';

const read = (name: string) => readFileSync(new URL(`../../models/wake/${name}`, import.meta.url));
const manifest = JSON.parse(read('manifest.json').toString());
const evaluation = JSON.parse(read('evaluation.json').toString());
const card = read('CARD.md').toString();

/** The card's table and list, read back as numbers. */
const rows = card.split('\n').filter((line) => line.startsWith('| ') && line.includes('/'));

describe('the bundled model', () => {
  it('is the files that its manifest, its calibration and its evaluation speak of', () => {
    for (const { file, sha256 } of [manifest, manifest.secondLook]) {
      expect(createHash('sha256').update(read(file)).digest('hex')).toBe(sha256);
      expect(card).toContain(sha256);
    }
    const identity = modelIdentity(parseManifest(manifest, 'models/wake'));
    expect(evaluation.modelSha256).toBe(identity);
    expect(manifest.calibration.model.sha256).toBe(identity);
    expect(read('model.onnx').length).toBeLessThanOrEqual(1_000_000);
    // As the acoustic model may be, from which it is trained.
    expect(read('second.onnx').length).toBeLessThanOrEqual(8_000_000);
  });

  it('was evaluated at the operating point that it ships with', () => {
    for (const { word, operatingPoints } of manifest.words) {
      expect(evaluation.operatingPoint.thresholds[word]).toBe(operatingPoints.default.score);
    }
  });
});

describe('the model card', () => {
  it('states every miss rate of the evaluation', () => {
    for (const { word, misses, clips, condition } of evaluation.positives) {
      const row = rows.find((line) => line.startsWith(`| ${word} |`));
      expect(row, `${word} ${condition}`).toContain(
        `${misses}/${clips} = ${((100 * misses) / clips).toFixed(1)} %`,
      );
    }
  });

  it('states the false wakes and hours of the evaluation', () => {
    const { hours, falseWakes } = evaluation.total;
    for (const [word, count] of Object.entries(falseWakes)) {
      expect(card).toContain(`- ${word}: ${count} in ${hours.toFixed(2)} h`);
    }
  });

  it('names every source that the model was trained on, with its licence', () => {
    for (const { name, licence } of manifest.licences.data)
      expect(card).toContain(`| ${name} | ${licence} |`);
  });
});
