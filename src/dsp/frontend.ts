import { ConfigError } from '../errors.js';
import { errorOf, type FrontendExports } from './abi.js';
import { configureRecipe } from './configure.js';
import { instantiateFrontend } from './instance.js';
import { checkRecipe, type FrontendRecipe, frameLengthSamples, nFeaturesOf } from './recipe.js';
import { checkInputRate, designResampler } from './resampler.js';
import { SpeechSegmenter, type VadEvent, type VadOptions } from './speech-segmenter.js';
import { vadShape } from './vad-network.js';

/** What a stream of features is made from. */
export interface FrontendOptions {
  readonly recipe: FrontendRecipe;
  /** Rate of the samples that `push` is given: declared, never guessed. */
  readonly inputRateHz: number;
  /** How hops of speech become events; defaults for what is left out. */
  readonly vad?: VadOptions;
}

/**
 * Samples in, feature vectors out: one stream, one WebAssembly instance.
 *
 * Blocks may have any length. Features, ring and counters are bit for bit the same whatever the split, and the
 * same again after {@link Frontend.reset}.
 */
export class Frontend {
  /** Values of one feature vector: nMfcc, or nMels for log-mel output. */
  readonly nFeatures: number;
  /** The recipe, as given. */
  readonly recipe: FrontendRecipe;
  readonly #wasm: FrontendExports;
  readonly #input: Float32Array;
  /** The last push's features, as long as each number of frames makes them. */
  readonly #features: readonly Float32Array[];
  readonly #ring: Float32Array;
  readonly #hopLogits: Float32Array;
  readonly #segmenter: SpeechSegmenter;
  /** Log-odds of speech of the last push's hops, at the start of an array that grows with the longest push. */
  #speechLogits: Float32Array;
  #nSpeechLogits = 0;
  #vadEvents: VadEvent[] = [];
  #samplesIn = 0;

  private constructor(wasm: FrontendExports, options: FrontendOptions) {
    const { recipe, inputRateHz, vad = {} } = options;
    this.#wasm = wasm;
    this.recipe = recipe;
    this.nFeatures = nFeaturesOf(recipe);
    const floats = (pointer: number, length: number) => new Float32Array(wasm.memory.buffer, pointer, length);
    this.#input = floats(wasm.inputPtr(), wasm.BLOCK_CAPACITY.value);
    this.#features = Array.from({ length: wasm.FRAME_CAPACITY.value + 1 }, (_, nFrames) =>
      floats(wasm.featuresPtr(), nFrames * this.nFeatures),
    );
    this.#ring = floats(wasm.ringPtr(), wasm.RING_CAPACITY.value);
    this.#hopLogits = floats(wasm.speechLogitsPtr(), wasm.FRAME_CAPACITY.value);
    this.#speechLogits = new Float32Array(this.#hopLogits.length);
    this.#segmenter = new SpeechSegmenter(vad, frameLengthSamples(recipe), inputRateHz);
    const resampler = designResampler(inputRateHz);
    floats(wasm.resamplerTablePtr(), resampler.table.length).set(resampler.table);
    wasm.resamplerConfigure(resampler.up, resampler.down, resampler.taps);
    this.#expectOk('configure', configureRecipe(wasm, recipe));
  }

  /**
   * @throws {ConfigError} when the recipe or the rate cannot be done.
   */
  static async create(options: FrontendOptions): Promise<Frontend> {
    checkRecipe(options.recipe);
    checkInputRate(options.inputRateHz);
    return new Frontend(await instantiateFrontend(), options);
  }

  /** Input-rate samples taken since the start or the last reset. */
  get samplesIn(): number {
    return this.#samplesIn;
  }

  /** 16 kHz samples since the start or the last reset. */
  get samples16k(): number {
    return this.#wasm.ringWritten();
  }

  /** First of the 16 kHz samples that {@link Frontend.history} still holds. */
  get oldestSample16k(): number {
    return Math.max(0, this.samples16k - this.#ring.length);
  }

  /** Speech events that the last push completed, in order. */
  get vadEvents(): readonly VadEvent[] {
    return this.#vadEvents;
  }

  /**
   * Probability of speech, 0..1 for even prior odds, of each hop that the last push completed; shape [nFrames],
   * hop h being the 10 ms in the middle of frame h. Allocates the result.
   */
  get speechProbabilities(): Float32Array {
    return this.#speechLogits.slice(0, this.#nSpeechLogits).map((logit) => 1 / (1 + Math.exp(-logit)));
  }

  /**
   * What the speech classifier saw at the last hop, shape [3][8] (assembly/vad.ts); a copy. For tuning.
   *
   * @internal
   */
  get vadInputs(): Float32Array {
    return new Float32Array(this.#wasm.memory.buffer, this.#wasm.vadInputsPtr(), vadShape.nInputs).slice();
  }

  /**
   * Takes a block of any length; allocates the result.
   *
   * @param block mono samples at the input rate, full scale ±1.
   * @returns shape [nFrames × nFeatures], row by row: every frame that the block completed.
   * @throws {AudioFormatError} when a sample is not finite; nothing is consumed.
   */
  push(block: Float32Array): Float32Array {
    const features = new Float32Array(this.#wasm.framesFor(block.length) * this.nFeatures);
    this.pushInto(block, features);
    return features;
  }

  /**
   * As {@link Frontend.push}, into the caller's array: allocates nothing.
   *
   * @param block mono samples at the input rate, full scale ±1.
   * @param out overwritten from its start with [nFrames × nFeatures].
   * @returns nFrames.
   * @throws {AudioFormatError} when a sample is not finite; nothing is consumed.
   * @throws {ConfigError} when `out` is too small for this block; nothing is consumed.
   */
  pushInto(block: Float32Array, out: Float32Array): number {
    const needed = this.#wasm.framesFor(block.length) * this.nFeatures;
    if (out.length < needed) {
      throw new ConfigError('out', { expected: `room for ${needed} values`, actual: out.length });
    }
    const capacity = this.#input.length;
    if (block.length <= capacity) {
      this.#input.set(block);
      return this.#pushInput(block.length, out, 0);
    }
    for (let start = 0; start < block.length; start += capacity) {
      const part = block.subarray(start, start + capacity);
      this.#input.set(part);
      this.#expectOk('push', this.#wasm.check(part.length));
    }
    let nFrames = 0;
    for (let start = 0; start < block.length; start += capacity) {
      const part = block.subarray(start, start + capacity);
      this.#input.set(part);
      nFrames += this.#pushInput(part.length, out, nFrames);
    }
    return nFrames;
  }

  /**
   * A copy of past 16 kHz samples, for pre-roll and second looks.
   *
   * @param fromSample16k first sample, counted from the last reset.
   * @param toSample16k one past the last; both are clamped to what the ring still holds.
   */
  history(fromSample16k: number, toSample16k: number): Float32Array {
    const newest = this.samples16k;
    const from = Math.min(newest, Math.max(this.oldestSample16k, fromSample16k));
    const to = Math.min(newest, Math.max(from, toSample16k));
    const samples = new Float32Array(to - from);
    const slot = from % this.#ring.length;
    const head = this.#ring.subarray(slot, Math.min(this.#ring.length, slot + samples.length));
    samples.set(head);
    samples.set(this.#ring.subarray(0, samples.length - head.length), head.length);
    return samples;
  }

  /** Back to the start of a stream. */
  reset(): void {
    this.#wasm.reset();
    this.#segmenter.reset();
    this.#nSpeechLogits = 0;
    this.#vadEvents = [];
    this.#samplesIn = 0;
  }

  /** Pushes what stands in the input block and copies the features behind `nFramesBefore` earlier ones. */
  #pushInput(nSamples: number, out: Float32Array, nFramesBefore: number): number {
    const nFrames = this.#wasm.push(nSamples);
    if (nFrames < 0) this.#expectOk('push', nFrames);
    this.#samplesIn += nSamples;
    this.#segment(nFrames, nFramesBefore);
    out.set(this.#features[nFrames] as Float32Array, nFramesBefore * this.nFeatures);
    return nFrames;
  }

  /** Takes the log-odds of `nFrames` hops to events, behind those of `nFramesBefore` in the same push. */
  #segment(nFrames: number, nFramesBefore: number): void {
    if (nFramesBefore === 0 && this.#vadEvents.length > 0) this.#vadEvents = [];
    this.#nSpeechLogits = nFramesBefore + nFrames;
    if (this.#nSpeechLogits > this.#speechLogits.length) {
      const grown = new Float32Array(2 * this.#nSpeechLogits);
      grown.set(this.#speechLogits);
      this.#speechLogits = grown;
    }
    const [hopLogits, speechLogits] = [this.#hopLogits, this.#speechLogits];
    for (let hop = 0; hop < nFrames; hop++) {
      const logit = hopLogits[hop] as number;
      speechLogits[nFramesBefore + hop] = logit;
      const event = this.#segmenter.push(logit);
      if (event) this.#vadEvents.push(event);
    }
  }

  #expectOk(operation: string, code: number): void {
    if (code < 0) throw errorOf(operation, code, this.#wasm.MAX_SAMPLE.value);
  }
}
