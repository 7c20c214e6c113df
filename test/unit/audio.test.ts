import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { openAudio, SliceReader } from '../../src/audio/index.js';
import { assertSamples, int16FromBytes, UnitCutter } from '../../src/audio/pcm.js';
import { AudioFormatError, ConfigError } from '../../src/errors.js';
import { flacFile } from '../support/flac-file.js';
import { wavFile } from '../support/wav-file.js';

const folder = mkdtempSync(join(tmpdir(), 'wakeproof-audio-'));
afterAll(() => rmSync(folder, { recursive: true }));

const compressed = new URL('../fixtures/compressed/', import.meta.url).pathname;

function save(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

async function readAll(input: string | AsyncIterable<Uint8Array>, options = {}) {
  const source = await openAudio(input, options);
  const samples: number[] = [];
  for await (const block of source.blocks) samples.push(...block);
  return { ...source, samples };
}

async function* inPieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

// Full scale both ways, the smallest steps, zero: where scalings differ.
const int16 = [0, 1, -1, 32767, -32768, 12345, -12345];

describe('openAudio', () => {
  test('16-bit WAV is sample / 32768, exactly', async () => {
    const path = save('pcm16.wav', wavFile({ sampleRateHz: 16000, bits: 16, channels: [int16] }));
    const { samples, sampleRateHz, durationSec, container } = await readAll(path);
    expect(samples).toEqual(int16.map((v) => v / 32768));
    expect({ sampleRateHz, durationSec, container }).toEqual({
      sampleRateHz: 16000,
      durationSec: int16.length / 16000,
      container: 'wav',
    });
  });

  test.each([false, true])(
    '24-bit WAV is sample / 2^23, exactly; extensible header: %s',
    async (extensible) => {
      const values = [0, 1, -1, 8388607, -8388608, 5000000, -5000000];
      const path = save(
        'pcm24.wav',
        wavFile({ sampleRateHz: 48000, bits: 24, channels: [values], extensible }),
      );
      expect((await readAll(path)).samples).toEqual(values.map((v) => v / 8388608));
    },
  );

  test('8-bit and 32-bit WAV keep silence at zero and full scale at -1', async () => {
    const eight = save('pcm8.wav', wavFile({ sampleRateHz: 8000, bits: 8, channels: [[0, -128, 64]] }));
    const samples = (await readAll(eight)).samples;
    expect(samples.slice(0, 2)).toEqual([0, -1]);
    expect(Math.abs((samples[2] as number) - 0.5)).toBeLessThan(1 / 127); // one step of 8 bits
    const thirtyTwo = save(
      'pcm32.wav',
      wavFile({ sampleRateHz: 8000, bits: 32, channels: [[0, -(2 ** 31), 2 ** 30]] }),
    );
    expect((await readAll(thirtyTwo)).samples).toEqual([0, -1, 0.5]);
  });

  test('float WAV passes unchanged', async () => {
    const values = [0, 0.25, -1, 1, 1.5].map(Math.fround);
    const path = save(
      'float.wav',
      wavFile({ sampleRateHz: 44100, bits: 32, float: true, channels: [values] }),
    );
    expect((await readAll(path)).samples).toEqual(values);
  });

  test('stereo becomes the mean of both channels', async () => {
    const path = save(
      'stereo.wav',
      wavFile({
        sampleRateHz: 16000,
        bits: 16,
        channels: [
          [16384, -16384, 100],
          [0, -16384, 300],
        ],
      }),
    );
    expect((await readAll(path)).samples).toEqual([0.25, -0.5, 200 / 32768]);
  });

  test('one sample is one sample', async () => {
    const path = save('one.wav', wavFile({ sampleRateHz: 16000, bits: 16, channels: [[7]] }));
    expect((await readAll(path)).samples).toEqual([7 / 32768]);
  });

  test('a truncated WAV gives what it holds, and says so', async () => {
    const whole = wavFile({
      sampleRateHz: 16000,
      bits: 16,
      channels: [Array.from({ length: 32000 }, (_, i) => i % 100)],
    });
    const path = save('cut.wav', whole.subarray(0, 44 + 16001));
    const warnings: string[] = [];
    const { samples } = await readAll(path, { onWarning: (message: string) => warnings.push(message) });
    expect(samples).toHaveLength(8000);
    expect(warnings).toEqual(['cut.wav is cut off: its header declares 2.00 s, it holds 0.50 s.']);
  });

  test('chunks before and after the samples are no samples', async () => {
    const path = save(
      'list.wav',
      wavFile({ sampleRateHz: 16000, bits: 16, channels: [int16], extraChunks: true }),
    );
    expect((await readAll(path)).samples).toEqual(int16.map((v) => v / 32768));
  });

  test('a stream of unknown length reads to its end', async () => {
    const bytes = wavFile({ sampleRateHz: 16000, bits: 16, channels: [int16] });
    new DataView(bytes.buffer).setUint32(40, 0xffffffff, true);
    const { samples, durationSec } = await readAll(inPieces(bytes, 5));
    expect(samples).toHaveLength(int16.length);
    expect(durationSec).toBeNull();
  });

  test('any cut of the byte stream gives the same samples', async () => {
    const bytes = wavFile({ sampleRateHz: 16000, bits: 24, channels: [int16, int16], extraChunks: true });
    const whole = (await readAll(inPieces(bytes, bytes.length))).samples;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 80 }), async (size) => {
        expect((await readAll(inPieces(bytes, size))).samples).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });

  test('raw PCM takes the declared rate', async () => {
    const bytes = new Uint8Array(Int16Array.from(int16).buffer);
    const { samples, sampleRateHz } = await readAll(inPieces(bytes, 3), { rateHz: 8000 });
    expect(samples).toEqual(int16.map((v) => v / 32768));
    expect(sampleRateHz).toBe(8000);
  });

  test('with a declared rate, samples that look like an MPEG frame are samples', async () => {
    const bytes = new Uint8Array(Int16Array.from([-1025, 5, 6]).buffer); // 0xff 0xfb
    expect((await readAll(inPieces(bytes, 6), { rateHz: 16000 })).container).toBe('pcm');
  });

  // The same 0.5 s, 220 Hz at a quarter of full scale; the recipe stands beside the files. Tolerance of the rms:
  // FLAC's decoder divides by 32767; the lossy codecs were measured at 1 % (Vorbis, Opus) and 5 % (MP3), doubled.
  test.each([
    ['tone.flac', 'flac', 16000, 1e-4],
    ['tone-flac.ogg', 'ogg-flac', 16000, 1e-4],
    ['tone-vorbis.ogg', 'ogg-vorbis', 16000, 0.03],
    ['tone.opus', 'ogg-opus', 48000, 0.03],
    ['tone.mp3', 'mp3', 16000, 0.1],
  ])('%s decodes to the tone it was made from', async (file, container, rateHz, tolerance) => {
    const source = await readAll(join(compressed, file));
    expect(source.container).toBe(container);
    expect(source.sampleRateHz).toBe(rateHz);
    const { samples } = source;
    expect(Math.abs(samples.length / rateHz - 0.5)).toBeLessThan(0.08); // MP3 pads to whole frames of 36 ms
    const middle = samples.slice(0.1 * rateHz, 0.4 * rateHz);
    const rms = Math.sqrt(middle.reduce((sum, v) => sum + v * v, 0) / middle.length);
    expect(Math.abs(rms / (0.25 / Math.SQRT2) - 1)).toBeLessThan(tolerance);
  });
});

describe('FLAC', () => {
  // Minutes of a real file, as far as its framing goes: 105 frames, among samples whose bytes look like their headers.
  const noise = Array.from({ length: 20_000 }, (_, i) => (i % 7 === 0 ? -8 : ((i * 7919) % 65536) - 32768));
  const bytes = flacFile(noise);

  test.each([1, 2, 3, 5, 16, 17, 131, 393, 394, 1000, 4096, bytes.length])(
    'no sample is lost where the bytes are cut every %i',
    async (size) => {
      const { samples } = await readAll(inPieces(bytes, size));
      expect(samples).toHaveLength(noise.length);
      const worst = samples.reduce(
        (most, v, i) => Math.max(most, Math.abs(v - (noise[i] as number) / 32768)),
        0,
      );
      expect(worst).toBeLessThan(4e-5);
    },
  );

  test('a file without a declared length gives all that it holds', async () => {
    expect((await readAll(inPieces(flacFile(noise, 0), 100))).samples).toHaveLength(noise.length);
  });

  test('a file that is cut off gives what it holds, then says what is missing', async () => {
    const source = await openAudio(inPieces(bytes.subarray(0, bytes.length - 10), 1000));
    let nSamples = 0;
    const read = (async () => {
      for await (const block of source.blocks) nSamples += block.length;
    })();
    await expect(read).rejects.toThrow(
      'stdin: expected the 20000 samples that its header declares; got 19968, all of which were handed out.',
    );
    expect(nSamples).toBe(104 * 192);
  });
});

describe('openAudio refuses, by name', () => {
  const refused = async (promise: Promise<unknown>) => {
    const error = await promise.then(
      () => null,
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(AudioFormatError);
    expect((error as AudioFormatError).stateChanged).toBe(false);
    return (error as AudioFormatError).message;
  };

  test('an empty file', async () => {
    expect(await refused(openAudio(save('empty.wav', new Uint8Array(0))))).toBe(
      'empty.wav: expected audio; got 0 bytes. Nothing was changed.',
    );
  });

  test('an empty stream', async () => {
    expect(await refused(openAudio(inPieces(new Uint8Array(0), 1)))).toContain(
      'stdin: expected audio; got 0 bytes',
    );
  });

  test('a WAV without samples', async () => {
    const path = save('none.wav', wavFile({ sampleRateHz: 16000, bits: 16, channels: [[]] }));
    expect(await refused(openAudio(path))).toContain('got a header without samples');
  });

  test('a WAV that ends within its header', async () => {
    const whole = wavFile({ sampleRateHz: 16000, bits: 16, channels: [int16] });
    expect(await refused(openAudio(save('head.wav', whole.subarray(0, 30))))).toContain(
      '30 bytes without them',
    );
  });

  test('a WAV of a coding that is not PCM', async () => {
    const bytes = wavFile({ sampleRateHz: 8000, bits: 8, channels: [[1, 2]] });
    new DataView(bytes.buffer).setUint16(20, 7, true); // μ-law
    expect(await refused(openAudio(save('mulaw.wav', bytes)))).toContain('got coding 7 of 8 bits');
  });

  test('a rate that contradicts the header', async () => {
    const path = save('rate.wav', wavFile({ sampleRateHz: 44100, bits: 16, channels: [int16] }));
    expect(await refused(openAudio(path, { rateHz: 16000 }))).toContain(
      'expected the rate in its header, 44100 Hz; got a declared rate of 16000 Hz',
    );
  });

  test('a directory, a missing file, and a file that is no audio', async () => {
    expect(await refused(openAudio(folder))).toContain('got a directory');
    expect(await refused(openAudio(join(folder, 'no.wav')))).toContain('no.wav: expected an audio file');
    expect(await refused(openAudio(save('text.wav', Buffer.from('hello, this is no audio'))))).toContain(
      'none of these',
    );
  });

  test('damaged FLAC', async () => {
    const bytes = readFileSync(join(compressed, 'tone.flac'));
    expect(await refused(readAll(save('cut.flac', bytes.subarray(0, 60))))).toContain(
      'cut.flac: expected whole flac',
    );
  });

  test('raw PCM without a rate', async () => {
    await expect(openAudio(inPieces(new Uint8Array(100), 10))).rejects.toThrow(ConfigError);
  });
});

describe('SliceReader', () => {
  const ramp = Array.from({ length: 16000 }, (_, i) => i - 8000);

  test('reads the asked part of a WAV, to the sample', async () => {
    const path = save(
      'ramp.wav',
      wavFile({ sampleRateHz: 16000, bits: 16, channels: [ramp], extraChunks: true }),
    );
    const reader = await SliceReader.open(path);
    expect(reader.nSamples).toBe(16000);
    expect([...(await reader.read(0.25, 0.0005))]).toEqual(ramp.slice(4000, 4008).map((v) => v / 32768));
    expect(await reader.read()).toHaveLength(16000);
    await expect(reader.read(0.9, 0.2)).rejects.toThrow(
      'expected a part within its 1.000 s; got 0.9 s … 1.100 s',
    );
    await reader.close();
  });

  test('reads the asked part of a compressed file', async () => {
    const reader = await SliceReader.open(join(compressed, 'tone.flac'));
    const whole = await reader.read();
    expect(await reader.read(0.1, 0.2)).toEqual(whole.slice(1600, 4800));
    await reader.close();
  });
});

describe('PCM', () => {
  test('NaN, infinity and absurd values are found and named', () => {
    expect(() => assertSamples(Float32Array.of(0, 65536, -65536))).not.toThrow();
    expect(() => assertSamples(Float32Array.of(0, Number.NaN, 1))).toThrow(
      'block: expected finite samples with full scale ±1; got NaN at sample 1 of 3. Nothing was changed.',
    );
    expect(() => assertSamples(Float32Array.of(0, 0, Number.NEGATIVE_INFINITY))).toThrow(
      '-Infinity at sample 2',
    );
    expect(() => assertSamples(Float32Array.of(1e30))).toThrow('at sample 0 of 1');
  });

  test('bytes at an odd address give the same samples', () => {
    const bytes = new Uint8Array([9, 1, 2, 255, 255]);
    expect([...int16FromBytes(bytes.subarray(1))]).toEqual([0x0201, -1]);
  });

  test('a cutter hands out whole units and loses none', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 9 }), { maxLength: 20 }),
        fc.integer({ min: 1, max: 6 }),
        (chunks, unit) => {
          const cutter = new UnitCutter(unit);
          const out = chunks.flatMap((chunk) => {
            const whole = cutter.push(chunk);
            expect(whole.length % unit).toBe(0);
            return [...whole];
          });
          const all = chunks.flatMap((chunk) => [...chunk]);
          expect(out).toEqual(all.slice(0, all.length - (all.length % unit)));
          expect(cutter.carriedBytes).toBe(all.length % unit);
        },
      ),
    );
  });
});
