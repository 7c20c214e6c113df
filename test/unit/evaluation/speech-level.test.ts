import { describe, expect, it } from 'vitest';
import { noiseGain } from '../../../src/evaluation/mixer.js';
import { activeSpeechPower, estimateWordEnd, meanPower } from '../../../src/evaluation/speech-level.js';

const FRAME = 400;

/** Frames of constant amplitude, 25 ms each: one digit a frame, in tenths of full scale. */
function frames(digits: string): Float32Array {
  return Float32Array.from([...digits].flatMap((digit) => new Array<number>(FRAME).fill(Number(digit) / 10)));
}

describe('activeSpeechPower', () => {
  it.each([
    // 40 % of 10 frames are 4: the fives alone, the silence around them left out
    ['0000555500', 0.25],
    // 40 % of 5 are 2: (0.81 + 0.25) / 2
    ['01519', 0.53],
    // 40 % of 4 are 1.6, rounded up to 2: (0.81 + 0.25) / 2
    ['1519', 0.53],
    ['3', 0.09],
  ])('of frames %s', (digits, power) => {
    expect(Math.abs(activeSpeechPower(frames(digits)) - power)).toBeLessThan(1e-6);
  });

  it('leaves out a rest that is shorter than a frame', () => {
    const withRest = new Float32Array(FRAME + 399).fill(0.9).fill(0.3, 0, FRAME);
    expect(Math.abs(activeSpeechPower(withRest) - 0.09)).toBeLessThan(1e-6);
  });

  it('takes the mean of what is shorter than a frame', () => {
    expect(activeSpeechPower(new Float32Array(100).fill(0.5))).toBe(0.25);
    expect(activeSpeechPower(new Float32Array(0))).toBe(0);
  });
});

describe('noiseGain', () => {
  it.each([10, 5, 0, -5])('sets %i dB between loud speech frames and the whole noise', (snrDb) => {
    const speech = frames('0000555500');
    const noise = Float32Array.from({ length: 5000 }, (_, i) => Math.sin(i) * 0.1);
    const gain = noiseGain(speech, noise, snrDb);
    const reached = 10 * Math.log10(0.25 / (gain ** 2 * meanPower(noise)));
    expect(Math.abs(reached - snrDb)).toBeLessThan(1e-5);
  });
});

describe('estimateWordEnd', () => {
  // One digit is 25 ms; the rule looks at frames of 10 ms, so its end may lie up to 10 ms late.
  it.each([
    ['a word in silence', '000000999900000000000000', 10],
    ['a bridged pause of 150 ms', '00009900000099000000000000', 14],
    ['a click 300 ms later is not the word', '000099990000000000009000000', 8],
    ['a weak ending, −14 dB', '0000998222000000000000', 10],
    ['over a constant background', '11111111999911111111111111', 12],
  ])('finds the end of %s', (_name, digits, endFrame) => {
    const end = estimateWordEnd(frames(digits));
    expect(end).toBeGreaterThanOrEqual(endFrame * FRAME);
    expect(end - endFrame * FRAME).toBeLessThan(160);
  });

  it('ends with the segment where the word is cut off', () => {
    expect(estimateWordEnd(frames('0000009999'))).toBe(4000);
    expect(estimateWordEnd(new Float32Array(100).fill(0.5))).toBe(100);
  });
});
