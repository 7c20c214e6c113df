import type { Decoder, Decoding } from '../decoding/index.js';
import type { StreamingSession } from '../model/index.js';
import type { FrameHistory } from './frame-history.js';

/** What an utterance is read with. */
export interface UtteranceReader {
  readonly session: StreamingSession;
  readonly history: FrameHistory;
  readonly framesPerCall: number;
  /** Frames of one row of logits. */
  readonly stride: number;
}

/** A stretch of frames on its way through the acoustic model into the decoder. */
export class Utterance {
  /** Frames given to the model. */
  #read: number;

  /**
   * Begins at a frame, with the model at its start: the session must serve one utterance at a time.
   *
   * @param firstFrame on the history's count
   */
  constructor(
    private readonly reader: UtteranceReader,
    readonly decoder: Decoder,
    readonly firstFrame: number,
  ) {
    this.#read = firstFrame;
    reader.session.reset();
    decoder.reset();
  }

  /** Reads on as long as whole calls lie before `endFrame`. */
  async readTo(endFrame: number): Promise<void> {
    while (this.#read + this.reader.framesPerCall <= endFrame) this.decoder.push(await this.#call());
  }

  /**
   * Ends before `endFrame`. The model's last call reaches behind it, as far as there are frames, then into copies of
   * the last one; its rows from there on are left out.
   *
   * @param awaited intents that may be meant; null for all
   */
  async finish(endFrame: number, awaited: ReadonlySet<string> | null): Promise<Decoding> {
    await this.readTo(endFrame);
    const nRows = Math.ceil((endFrame - this.#read) / this.reader.stride);
    if (nRows > 0) {
      const logits = await this.#call();
      const rowLength = (logits.length * this.reader.stride) / this.reader.framesPerCall;
      this.decoder.push(logits.subarray(0, nRows * rowLength));
    }
    return this.decoder.finish({ awaited });
  }

  async #call(): Promise<Float32Array> {
    const { session, history, framesPerCall } = this.reader;
    history.fill(this.#read, framesPerCall, session.features);
    this.#read += framesPerCall;
    return session.run();
  }
}
