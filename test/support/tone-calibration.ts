import { readFileSync } from 'node:fs';
import { Calibration } from '../../src/calibration/index.js';

const manifest = new URL('../fixtures/tone-model/manifest.json', import.meta.url);

/** What differs from a calibration that fits the tones of the tests. */
export interface ToneCalibrationOptions {
  /** Upper edge of its domain of levels. */
  loudestDbfs?: number;
  /** The model it was fitted on. */
  sha256?: string;
}

/** A calibration of the tone model's word `low`: llr = 0.5 · score − 1, standard deviation 0.1 nats, whatever the quality. */
export function toneCalibration({ loudestDbfs = 0, sha256 }: ToneCalibrationOptions = {}): Calibration {
  const covariance = Array<number>(21).fill(0);
  covariance[2] = 0.01; // of b alone: row 1, column 1
  return Calibration.of({
    model: { name: 'tone-model', sha256: sha256 ?? JSON.parse(readFileSync(manifest, 'utf8')).sha256 },
    fitPrior: 0.5,
    stretchSec: 2,
    nDraws: 100,
    seed: 0,
    conditions: ['clean'],
    corpora: [],
    words: [
      {
        word: 'low',
        a: 0.5,
        b: -1,
        w: { snrDb: 0, levelDbfs: 0, clippedFraction: 0, bandLimitHz: 0 },
        covariance,
        intervalFactor: 2,
        nTargets: 1000,
        nNonTargets: 1000,
        cap: [-6.9, 6.9],
        domain: {
          snrDb: [-100, 100],
          levelDbfs: [-100, loudestDbfs],
          clippedFraction: [0, 1],
          bandLimitHz: [0, 8000],
        },
      },
    ],
  });
}
