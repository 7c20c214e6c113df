import { describe, expect, it } from 'vitest';
import { ModelError, StateError } from '../../../src/errors.js';
import { createEngine } from '../../../src/evaluation/process-engine-module.js';

const program = new URL('../../support/tone-engine.mjs', import.meta.url).pathname;
const start = (...args: string[]) => createEngine({ command: [process.execPath, program, ...args] });

describe('an engine as a child process', () => {
  it('tells what it is, hears blocks of any length and reports on the clock of the recording', async () => {
    const { detector, operatingPoint, modelSha256 } = await start();
    expect(detector).toMatchObject({ name: 'tone engine', words: ['loud'], sampleRateHz: 16000 });
    expect(operatingPoint).toEqual({ name: 'custom', thresholds: { loud: 0.5 } });
    expect(modelSha256).toBeNull();

    expect(await detector.process(new Float32Array(100_000))).toEqual([]);
    expect(await detector.process(new Float32Array(0))).toEqual([]);
    const report = { word: 'loud', score: 0.75, llr: null, probability: null };
    expect(await detector.process(Float32Array.of(0, -0.75))).toEqual([
      { ...report, endSample: 100_002, atSample: 100_002 },
    ]);
    await detector.reset();
    expect(await detector.process(Float32Array.of(0.75))).toEqual([{ ...report, endSample: 1, atSample: 1 }]);
    expect(await detector.flush()).toEqual([]);
    await detector.dispose();
    await detector.dispose();
    await expect(detector.process(Float32Array.of(0))).rejects.toThrow(StateError);
  });

  it('limits samples beyond full scale, as 16-bit PCM must', async () => {
    const { detector } = await start();
    expect(await detector.process(Float32Array.of(7))).toMatchObject([{ score: 32767 / 32768 }]);
    expect(await detector.process(Float32Array.of(-7))).toMatchObject([{ score: 1 }]);
    await detector.dispose();
  });

  it('says what a program did instead of answering', async () => {
    await expect(start('mute')).rejects.toThrow(/got its end \(exit code 3\)/);
    const { detector } = await start('babble');
    await expect(detector.process(Float32Array.of(0))).rejects.toThrow(/got detected!/);
    await detector.dispose();
    await expect(createEngine({ command: ['/no/such/program'] })).rejects.toThrow(ModelError);
  });
});
