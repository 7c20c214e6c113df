import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../src/errors.js';
import { conditionsOf, requireMixable } from '../../../src/evaluation/condition.js';

describe('conditionsOf', () => {
  const namesOf = (...args: Parameters<typeof conditionsOf>) => conditionsOf(...args).map(({ name }) => name);

  it('is clean, then each effect alone', () => {
    expect(namesOf({ snrDb: [], seed: 0 }, false)).toEqual(['clean']);
    expect(
      namesOf({ snrDb: [10, -5], playbackDb: [0], levelDbfs: [-40, -50], codecs: ['mulaw'], seed: 0 }, false),
    ).toEqual(['clean', 'snr 10', 'snr -5', 'playback 0', 'level -40', 'level -50', 'codec mulaw']);
  });

  it('is all of that once more in a room', () => {
    expect(namesOf({ snrDb: [0], codecs: ['mulaw'], seed: 0 }, true)).toEqual([
      'clean',
      'snr 0',
      'codec mulaw',
      'room',
      'room snr 0',
      'room codec mulaw',
    ]);
  });

  it('is the same list however the values are ordered or repeated', () => {
    const sorted = namesOf({ snrDb: [10, 5, 0], levelDbfs: [-30, -50], seed: 0 }, true);
    expect(namesOf({ snrDb: [0, 5, 10, 5], levelDbfs: [-50, -30, -50], seed: 0 }, true)).toEqual(sorted);
  });
});

describe('requireMixable', () => {
  it.each([
    [
      { snrDb: [5], seed: 0 },
      { noise: [], playback: [] },
      /noise: expected noise manifests and SNRs, or neither; got 0 manifests and 1 SNRs/,
    ],
    [{ snrDb: [], seed: 0 }, { noise: ['n'], playback: [] }, /got 1 manifests and 0 SNRs/],
    [
      { snrDb: [], playbackDb: [0, -10], seed: 0 },
      { noise: [], playback: [] },
      /playback: expected playback manifests and ratios, or neither; got 0 manifests and 2 ratios/,
    ],
  ])('refuses one without the other', (mixing, manifests, message) => {
    expect(() => requireMixable(mixing, manifests)).toThrow(ConfigError);
    expect(() => requireMixable(mixing, manifests)).toThrow(message);
  });
});
