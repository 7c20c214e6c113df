import { defaultPrior } from '../calibration/index.js';
import { pieceMs, StreamEngine, type WakeEngineEvents, type WakeEvent } from '../detector/index.js';
import { Frontend, type VadEvent } from '../dsp/index.js';
import { ConfigError } from '../errors.js';
import { Grammar, type PhoneGraph, wordLoop } from '../grammar/index.js';
import { commonWords, Lexicon, wordTree } from '../lexicon/index.js';
import {
  type AcousticManifest,
  type AcousticModelSource,
  featuresPerFrame,
  loadAcousticModel,
  StreamingSession,
} from '../model/index.js';
import { FrameHistory } from './frame-history.js';
import { WordSpotter } from './word-spotter.js';

/** Behind the end of speech, as far as the VAD hears it, phones may still be said. */
const afterSpeechMs = 280;
/** Sound before the first speech that is heard as well, so that no soft start is lost. */
const leadMs = 300;
/** Frames kept: what leads in, and all that is not read yet. */
const historyMs = 2000;
/** 16 kHz samples from one frame to the next, from a frame's start to its middle 10 ms, and of a whole frame. */
const [shiftSamples, middleSamples, frameSamples] = [160, 120, 400];
/** 16 kHz samples in a millisecond. */
const perMs = 16;
/** The front end's ring holds at least 3 s. */
const maxPreRollMs = 2500;

/** How to make a {@link TextWakeEngine}. */
export interface TextWakeEngineOptions {
  /** Rate of the samples that `push` is given, in Hz: 8000, 16000, 22050, 24000, 32000, 44100 or 48000. */
  sampleRateHz: number;
  /** Words to wake on, such as `hey barista`; as in a grammar, `(hey) barista` may leave out the first. */
  words: readonly string[];
  /** How words are said; by default the dictionary that comes with this package. */
  lexicon?: Lexicon;
  /** The acoustic model; the bundled one by default. */
  model?: AcousticModelSource;
  /** Score to reach, by word, in place of the usual one. */
  thresholds?: Readonly<Record<string, number>>;
  /** Length of `preRoll` in wake events, 0 … 2500 ms. Default 1500. */
  preRollMs?: number;
}

/** A word that is listened for. */
export interface TextWakeWord {
  readonly word: string;
  /** Score to reach: the decoder's log-likelihood ratio of the word against everyday words in its place, in nats. */
  readonly threshold: number;
}

/**
 * Hears wake words that are given as text, with no training for them: the acoustic model's phones, in the word's order
 * against any other, and what is likelier than these against everyday words. It takes the input and gives the events of a `WakeEngine`, without a calibration.
 *
 * The model runs on speech alone, so unlike a `WakeEngine` it costs some 3 ms a second of talk, and nothing in silence.
 * It was measured on words of six to eight phones (models/acoustic/CARD.md); expect shorter ones to wake on more talk, and a
 * word that its net never learnt as one to be missed most of the time: measure yours by `wakeproof eval --by-text` first.
 *
 *     const engine = await TextWakeEngine.create({ sampleRateHz: 16000, words: ['hey barista'] });
 *     engine.on('wake', ({ word, endMs }) => console.log(word, endMs));
 *     for await (const block of microphone) await engine.push(block);
 */
export class TextWakeEngine extends StreamEngine<WakeEvent, WakeEngineEvents> {
  /** What the acoustic model says of itself. */
  readonly manifest: AcousticManifest;
  /** The words listened for, with their thresholds. */
  readonly words: readonly TextWakeWord[];
  /** There is none for words that nobody trained. */
  readonly calibration = null;
  /** As of a `WakeEngine`; without a calibration nothing asks for it. */
  readonly prior = defaultPrior;
  readonly #frontend: Frontend;
  readonly #session: StreamingSession;
  readonly #spotters: readonly WordSpotter[];
  readonly #history: FrameHistory;
  readonly #frames: Float32Array;
  readonly #preRollMs: number;
  /** First frame of the open stretch of speech, and the next one to read; null in silence. */
  #stretch: { readonly from: number; read: number } | null = null;
  /** Frames of earlier stretches end here. */
  #heardTo = 0;

  private constructor(
    manifest: AcousticManifest,
    frontend: Frontend,
    session: StreamingSession,
    spotters: readonly WordSpotter[],
    { sampleRateHz, preRollMs = 1500 }: TextWakeEngineOptions,
  ) {
    super(frontend, sampleRateHz);
    this.manifest = manifest;
    this.words = spotters.map(({ word, threshold }) => ({ word, threshold }));
    this.#frontend = frontend;
    this.#session = session;
    this.#spotters = spotters;
    this.#preRollMs = preRollMs;
    const nFeatures = featuresPerFrame(manifest);
    this.#history = new FrameHistory(this.#toFrames(historyMs), nFeatures);
    this.#frames = new Float32Array((this.#toFrames(pieceMs) + 2) * nFeatures);
  }

  /**
   * Loads the model and looks up how the words are said.
   *
   * @throws ConfigError for no words or an option out of range, GrammarError for a word without letters or with brackets
   *   that do not match, ModelError for a model that is missing, altered, or of other phones than English
   */
  static async create(options: TextWakeEngineOptions): Promise<TextWakeEngine> {
    const { words, thresholds = {}, preRollMs = 1500 } = options;
    if (words.length === 0) throw new ConfigError('words', { expected: 'at least one word', actual: 'none' });
    if (!(preRollMs >= 0 && preRollMs <= maxPreRollMs)) {
      throw new ConfigError('preRollMs', { expected: `0 … ${maxPreRollMs} ms`, actual: preRollMs });
    }
    const unknown = Object.keys(thresholds).find((word) => !words.includes(word));
    if (unknown !== undefined) {
      throw new ConfigError('thresholds', {
        expected: `words of this engine: ${words.join(', ')}`,
        actual: unknown,
      });
    }
    const lexicon = options.lexicon ?? (await Lexicon.load());
    const model = await loadAcousticModel(options.model);
    const { manifest } = model;
    const makeSpotter = async (word: string) => {
      const graph = Grammar.parse(grammarOf(word)).compile(lexicon, { slots: {} });
      return WordSpotter.create(word, graph, rivalsOf(graph, lexicon), manifest, thresholds[word]);
    };
    const spotters = await Promise.all([...new Set(words)].map(makeSpotter));
    const frontend = await Frontend.create({
      recipe: manifest.frontend,
      inputRateHz: options.sampleRateHz,
      vad: { hangoverMs: hangoverMs(manifest) },
    });
    return new TextWakeEngine(manifest, frontend, await StreamingSession.create(model), spotters, options);
  }

  protected async hearPiece(piece: Float32Array, tell: (event: WakeEvent) => void): Promise<void> {
    const nFrames = this.#frontend.pushInto(piece, this.#frames);
    this.#history.push(this.#frames.subarray(0, nFrames * featuresPerFrame(this.manifest)));
    for (const event of this.#frontend.vadEvents) await this.#hearEdge(event, tell);
    await this.#readTo(this.#history.nFrames, tell);
  }

  protected async settle(tell: (event: WakeEvent) => void): Promise<void> {
    this.#close(tell);
  }

  protected restart(): void {
    this.#frontend.reset();
    this.#history.reset();
    this.#stretch = null;
    this.#heardTo = 0;
    for (const spotter of this.#spotters) spotter.reset();
  }

  protected release(): Promise<void> {
    return this.#session.dispose();
  }

  /** Speech opens a stretch; its end, told by the VAD's hangover late, closes it there, so the split into blocks cannot matter. */
  async #hearEdge({ type, sample }: VadEvent, tell: (event: WakeEvent) => void): Promise<void> {
    const sample16k = (sample * 16000) / this.sampleRateHz;
    const frame = Math.round((sample16k - middleSamples) / shiftSamples);
    if (type === 'speechStart') {
      const from = Math.max(this.#heardTo, frame - this.#toFrames(leadMs));
      this.#stretch = { from, read: from };
      this.#session.reset();
      return;
    }
    await this.#readTo(frame + this.#toFrames(hangoverMs(this.manifest)), tell);
    this.#close(tell);
  }

  /** Reads the open stretch as long as whole calls lie before `endFrame`. */
  async #readTo(endFrame: number, tell: (event: WakeEvent) => void): Promise<void> {
    const { framesPerCall, stride } = this.manifest;
    const stretch = this.#stretch;
    while (stretch && stretch.read + framesPerCall <= endFrame) {
      const first = stretch.read;
      this.#history.fill(first, framesPerCall, this.#session.features);
      stretch.read += framesPerCall;
      const logits = await this.#session.run();
      const rowLength = (logits.length * stride) / framesPerCall;
      for (let at = 0; at < logits.length; at += rowLength) {
        const row = logits.subarray(at, at + rowLength);
        const heardFrame = first + (at / rowLength + 1) * stride;
        for (const spotter of this.#spotters) {
          const spotted = spotter.push(row);
          if (spotted) tell(this.#wakeEvent(spotter, spotted, heardFrame, stretch.read));
        }
      }
    }
  }

  #close(tell: (event: WakeEvent) => void): void {
    if (!this.#stretch) return;
    const { read } = this.#stretch;
    for (const spotter of this.#spotters) {
      const spotted = spotter.endStretch();
      if (spotted) tell(this.#wakeEvent(spotter, spotted, read, read));
    }
    this.#heardTo = read;
    this.#stretch = null;
  }

  /**
   * @param heardFrame one past the last frame of the row at which it became known
   * @param readTo one past the last frame of that row's call
   */
  #wakeEvent(
    { word, threshold }: WordSpotter,
    { score, startRowsAgo, endRowsAgo }: { score: number; startRowsAgo: number; endRowsAgo: number },
    heardFrame: number,
    readTo: number,
  ): WakeEvent {
    const { stride, delayMs, frontend } = this.manifest;
    const sampleOf = (rowsAgo: number) => {
      const frame16k = (heardFrame - rowsAgo * stride) * frontend.frameShiftMs * perMs;
      return this.clock.toSample(Math.max(0, frame16k - delayMs * perMs));
    };
    const [startSample, endSample] = [sampleOf(startRowsAgo), sampleOf(endRowsAgo)];
    const known16k = (readTo - 1) * shiftSamples + frameSamples;
    return {
      type: 'wake',
      word,
      startSample,
      endSample,
      startMs: this.clock.toMs(startSample),
      endMs: this.clock.toMs(endSample),
      detectedAtMs: this.clock.toMs(this.clock.toSample(known16k)),
      score,
      threshold,
      llr: null,
      probability: null,
      interval: null,
      inDomain: null,
      calibrationId: null,
      preRoll: this.#frontend.history(Math.max(0, known16k - this.#preRollMs * perMs), known16k),
    };
  }

  #toFrames(ms: number): number {
    return Math.round(ms / this.manifest.frontend.frameShiftMs);
  }
}

/** Silence that ends a stretch of speech, in ms: the model names each phone `delayMs` after it is said. */
function hangoverMs({ delayMs }: AcousticManifest): number {
  return delayMs + afterSpeechMs;
}

/** Everyday words, one behind the other, that do not sound as a word of the graph does. */
function rivalsOf({ labels }: PhoneGraph, lexicon: Lexicon): PhoneGraph {
  const own = new Set(
    labels.flatMap((label) =>
      label.kind === 'word' ? lexicon.pronounce(label.word).map((said) => said.join(' ')) : [],
    ),
  );
  const others = commonWords.flatMap((word) => lexicon.pronounce(word));
  return wordLoop(wordTree(others.filter((said) => !own.has(said.join(' ')))));
}

/** A grammar of one sentence; JSON is YAML. */
function grammarOf(sentence: string): string {
  return JSON.stringify({ context: { expressions: { wake: [sentence] } } });
}
