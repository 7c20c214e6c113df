import { describe, expect, it } from 'vitest';
import { ModelError } from '../../../src/errors.js';
import { EvidenceModel, type EvidenceModelJson, type VoiceFeatures } from '../../../src/guard/index.js';
import { properTurn } from '../../support/guard-dialog.js';

/** Made up for the arithmetic. */
const json: EvidenceModelJson = {
  schema: 'wakeproof-evidence-model/1',
  id: 'example',
  stage: 'directedness',
  b: -1,
  features: {
    silenceBeforeMs: { w: 0.002, from: 0, to: 3000 },
    levelDifferenceDb: { w: 0.5, from: -20, to: 20 },
  },
  nTargets: 9,
  nNonTargets: 99,
  corpora: ['none: an example'],
};
const model = EvidenceModel.directedness(json);
const of = (silenceBeforeMs: number | null, levelDifferenceDb: number | null) =>
  model.evidence({ ...properTurn, silenceBeforeMs, levelDifferenceDb });

describe('EvidenceModel', () => {
  it('is an affine map', () => {
    // −1 + 0.002 · 1500 + 0.5 · 2
    expect(of(1500, 2)).toEqual({ llr: 3, inDomain: true, calibrationId: 'example' });
  });

  it('claims no more than its trials carry', () => {
    expect(of(3000, 20).llr).toBeCloseTo(Math.log(100), 12);
    expect(of(0, -20).llr).toBeCloseTo(-Math.log(10), 12);
  });

  it('counts a size where the sign says nothing, and no more than it was told to', () => {
    const { levelDifferenceDb } = json.features;
    const sized = EvidenceModel.directedness({
      ...json,
      features: { levelDifferenceDb: { ...levelDifferenceDb, w: -1, from: 0, magnitude: true, atMost: 2 } },
    } as EvidenceModelJson);
    const at = (difference: number) => sized.evidence({ ...properTurn, levelDifferenceDb: difference }).llr;
    expect([at(1), at(-1), at(-2), at(-40)]).toEqual([-2, -2, -Math.log(10), -Math.log(10)]);
  });

  it('says nothing where a feature is not known, or was never seen like this', () => {
    expect(of(null, 2)).toEqual({ llr: null, inDomain: null, calibrationId: 'example' });
    expect(of(3001, 2)).toEqual({ llr: 0, inDomain: false, calibrationId: 'example' });
    expect(of(Number.NaN, 2)).toEqual({ llr: 0, inDomain: false, calibrationId: 'example' });
  });

  it('compares voices alike', () => {
    const voices = EvidenceModel.sameVoice({
      ...json,
      stage: 'sameVoice',
      features: { similarity: { w: 4, from: -1, to: 1 } },
    });
    const pieces: VoiceFeatures = { similarity: 0.75, shorterMs: 800 };
    expect(voices.evidence(pieces).llr).toBe(2);
    expect(JSON.parse(JSON.stringify(voices))).toMatchObject({ stage: 'sameVoice' });
  });

  it.each<[string, unknown, RegExp]>([
    ['no JSON of it', {}, /wakeproof-evidence-model/],
    ['no features', { ...json, features: {} }, /at least one feature/],
    [
      'a feature that a turn does not have',
      { ...json, features: { mood: { w: 1, from: 0, to: 1 } } },
      /mood/,
    ],
    ['a model of another stage', { ...json, stage: 'sameVoice' }, /stage directedness/],
    ['no trials', { ...json, nTargets: 0 }, /nTargets/],
  ])('refuses %s', (_, value, message) => {
    expect(() => EvidenceModel.directedness(value)).toThrow(ModelError);
    expect(() => EvidenceModel.directedness(value)).toThrow(message);
  });
});
