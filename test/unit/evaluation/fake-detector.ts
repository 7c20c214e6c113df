import type { Detection, Detector } from '../../../src/detector/detector.js';

/** Sample values that make the fake report a word; ±1 float32 values that survive mixing by being added to zeros. */
export const MARKERS: Readonly<Record<string, number>> = { alexa: 0.75, computer: 0.5 };

/** Reports a word at the sample after its marker value, and keeps all that it was given, one array a stream. */
export class FakeDetector implements Detector {
  readonly name = 'fake';
  readonly sampleRateHz = 16000;
  readonly words: readonly string[];
  /** The blocks of each stream since its reset. */
  private readonly blocks: Float32Array[][] = [];
  flushes = 0;

  constructor(words: readonly string[] = ['alexa', 'computer']) {
    this.words = words;
  }

  /** The streams heard, whole. */
  get streams(): Float32Array[] {
    return this.blocks.map((blocks) => Float32Array.from(blocks.flatMap((block) => [...block])));
  }

  /** Lengths of the blocks of each stream. */
  get blockLengths(): number[][] {
    return this.blocks.map((blocks) => blocks.map(({ length }) => length));
  }

  async process(block: Float32Array): Promise<readonly Detection[]> {
    const heard = this.blocks.at(-1) as Float32Array[];
    const before = heard.reduce((sum, { length }) => sum + length, 0);
    const found: Detection[] = [];
    for (const [index, sample] of block.entries()) {
      const word = this.words.find((candidate) => MARKERS[candidate] === sample);
      if (!word) continue;
      const atSample = before + index + 1;
      found.push({ word, endSample: atSample, atSample, score: 1, llr: null, probability: null });
    }
    heard.push(block);
    return found;
  }

  async flush(): Promise<readonly Detection[]> {
    this.flushes++;
    return [];
  }

  reset(): void {
    this.blocks.push([]);
  }

  dispose(): void {}
}
