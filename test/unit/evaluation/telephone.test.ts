import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanPower } from '../../../src/evaluation/speech-level.js';
import { fromMuLaw, throughTelephone, toMuLaw } from '../../../src/evaluation/telephone.js';

describe('µ-law', () => {
  // ITU-T G.711 table 2a: the value of a code in units of 1/8192, by the last interval of each segment and by zero.
  it.each([
    [0x80, 8031],
    [0x8f, 4191],
    [0x90, 3999],
    [0x9f, 2079],
    [0xa0, 1983],
    [0xbf, 495],
    [0xcf, 231],
    [0xdf, 99],
    [0xef, 33],
    [0xf0, 30],
    [0xfe, 2],
    [0xff, 0],
    [0x00, -8031],
    [0x7e, -2],
  ])('%i stands for %i', (octet, value) => {
    expect(fromMuLaw(octet) * 8192).toBe(value);
  });

  it('gives each value back its own octet', () => {
    for (let octet = 0; octet < 256; octet++) {
      // 0x7f is the negative zero, which no sample comes as.
      if (octet !== 0x7f) expect(toMuLaw(fromMuLaw(octet))).toBe(octet);
    }
  });

  it('is within half a step of any sample, and limits beyond full scale', () => {
    fc.assert(
      fc.property(fc.double({ min: -0.98, max: 0.98, noNaN: true }), (sample) => {
        // A step is at most 1/16 of the value less the bias, and 2/8192 near zero.
        const error = Math.abs(fromMuLaw(toMuLaw(sample)) - sample);
        expect(error).toBeLessThanOrEqual(Math.abs(sample) / 32 + 3 / 8192);
      }),
    );
    expect(toMuLaw(5)).toBe(0x80);
    expect(toMuLaw(-5)).toBe(0x00);
  });
});

describe('throughTelephone', () => {
  const tone = (hz: number) =>
    Float32Array.from({ length: 16001 }, (_, n) => 0.5 * Math.sin((2 * Math.PI * hz * n) / 16000));

  it.each([300, 1000, 3000])('leaves a tone of %i Hz in its place, with the noise of µ-law', async (hz) => {
    const dry = tone(hz);
    const coded = await throughTelephone(dry);
    expect(coded).toHaveLength(dry.length);
    const noise = coded.map((sample, n) => sample - (dry[n] as number)).subarray(500, -500);
    const snrDb = 10 * Math.log10(meanPower(dry) / meanPower(noise));
    // G.711 gives 38 dB on a loud tone; a shift by one sample would leave 8 dB at 1 kHz.
    expect(snrDb).toBeGreaterThan(33);
    expect(snrDb).toBeLessThan(45);
  });

  it('takes away what lies above 4 kHz', async () => {
    const power = meanPower((await throughTelephone(tone(5000))).subarray(500, -500));
    expect(10 * Math.log10(power / meanPower(tone(5000)))).toBeLessThan(-60);
  });
});
