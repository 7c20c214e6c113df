import { ConfigError, StateError } from '../errors.js';
import { type DecoderExports, errorOf } from './abi.js';
import { checkGraph, type GraphLabel, type PhoneGraph } from './graph.js';
import { instantiateDecoder } from './instance.js';
import { type DecoderOptions, type DecoderWeights, settleWeights } from './options.js';
import { type DecodedPath, type DecodedSlot, type DecodedWord, readPath } from './path.js';

/** A value that a slot may have, with what speaks for it. */
export interface SlotCandidate extends DecodedSlot {
  /** How much worse its best path is than that of the best value, nats ≥ 0. */
  readonly behindLlr: number;
  /** The path over the slot's rows against the filler over them. */
  readonly fillerLlr: number;
}

/** What a slot may hold. */
export interface SlotEvidence {
  /** Values of the best paths of one intent, best first: the best, and up to 8 of those that are least behind it. */
  readonly candidates: readonly [SlotCandidate, ...SlotCandidate[]];
  /** How far behind the best is all else at least, another value or none at all; Infinity where there is nothing else. */
  readonly beyondLlr: number;
  /**
   * The best value against the best name of people at large in its place, nats: below 0 where what was said is more like somebody
   * else's name. Null where the graph has no such names.
   */
  readonly anyNameLlr: number | null;
}

/** One answer to an utterance. */
export interface Answer {
  /** Null for "none of these": the filler alone. */
  readonly intent: string | null;
  readonly slots: Readonly<Record<string, string>>;
  readonly words: readonly DecodedWord[];
  /** Score of its best path against the filler; 0 for the filler itself. In nats of the scaled logits. */
  readonly llr: number;
  readonly fromRow: number;
  readonly toRow: number;
}

/** How {@link Decoder.finish} weighs what it found. */
export interface FinishOptions {
  /**
   * False weighs the best path against the filler alone, at one pass: it is the only answer beside "none of these", the
   * only intent that is told, and there is no evidence for slots.
   */
  readonly withRivals?: boolean;
  /** Intents that may be meant; null for all. */
  readonly awaited?: ReadonlySet<string> | null;
}

/** Most values that are weighed besides the best, and how far behind it they are of no more interest, nats. */
const [mostRivals, farBehind] = [8, 30];

/** Who is asked a question answers it ten times as often as he asks for something else. */
const awaitedNats = Math.log(10);

/** What an utterance was taken for. */
export interface Decoding {
  /**
   * The best path of each intent; for each slot of the best, the best path of that intent without this value; and
   * "none of these". Best first, distinct in intent and slots. So the first two are the best two, unless the second
   * is the best one with a slot more.
   */
  readonly answers: readonly Answer[];
  /**
   * The best of the graph's paths, be it before or behind "none of these"; of the awaited intents where the best of all is
   * not clearly better. Null where none fits.
   */
  readonly best: Answer | null;
  /** What the slots of `best` may hold; by slot. */
  readonly slots: Readonly<Record<string, SlotEvidence>>;
  /** The best path of each intent against the filler, best first; −Infinity where none fits. */
  readonly intents: readonly { readonly intent: string; readonly llr: number }[];
  readonly nRows: number;
}

/**
 * Finds what a graph allows in rows of CTC logits: one graph, one utterance after the other.
 *
 * Viterbi token passing in WebAssembly, beside it a free phone loop, the filler, against which all scores are told.
 * Evidence comes from decoding the kept rows again with what is to be weighed forbidden (docs/adr/0008).
 */
export class Decoder {
  readonly weights: DecoderWeights;
  readonly #graph: PhoneGraph;
  readonly #wasm: DecoderExports;
  readonly #input: Float32Array;
  readonly #labelScores: Float32Array;
  /** Intents of the graph, in the order of its labels. */
  readonly #intents: readonly string[];
  #nRows = 0;

  private constructor(wasm: DecoderExports, graph: PhoneGraph, weights: DecoderWeights) {
    this.weights = weights;
    this.#graph = graph;
    this.#wasm = wasm;
    const { nStates, arcTo, labelSequences } = graph;
    const nScores = 2 * (labelSequences.length + 1);
    this.#expectOk('configure', wasm.configure(nStates, arcTo.length, nScores - 1, weights.maxRows));
    this.#input = this.#floats(wasm.inputPtr(), wasm.BLOCK_CAPACITY.value * wasm.N_SYMBOLS.value);
    this.#labelScores = this.#floats(wasm.labelScoresPtr(), nScores);
    const ints = (pointer: number, length: number) => new Int32Array(wasm.memory.buffer, pointer, length);
    ints(wasm.phoneOffsetsPtr(), nStates).set(Int32Array.from(graph.phone, (symbol) => 4 * symbol));
    ints(wasm.arcStartsPtr(), nStates + 2).set(graph.arcStart);
    ints(wasm.arcTargetsPtr(), arcTo.length).set(arcTo);
    ints(wasm.arcLabelsPtr(), arcTo.length).set(
      graph.arcWord.map((label, arc) => this.#scoreIndex(label, arc)),
    );
    this.#fillTransitions();
    this.#scoreLabels(() => true);
    this.#intents = [
      ...new Set(graph.labels.flatMap((label) => (label.kind === 'intent' ? [label.intent] : []))),
    ];
    const { acousticScale, floor, blankPenalty, leadPenalty, tailPenalty, beam } = weights;
    this.#expectOk('begin', wasm.begin(acousticScale, floor, blankPenalty, leadPenalty, tailPenalty, beam));
  }

  /**
   * Reserves memory for the graph and an utterance of `maxRows`.
   *
   * @throws ConfigError for a graph that does not hold together, or an option out of range
   */
  static async create(graph: PhoneGraph, options: DecoderOptions = {}): Promise<Decoder> {
    checkGraph(graph);
    const weights = settleWeights(options);
    return new Decoder(await instantiateDecoder(), graph, weights);
  }

  /** Rows of this utterance so far. */
  get nRows(): number {
    return this.#nRows;
  }

  /** States that hold a token: what the beam has left. */
  get nActiveStates(): number {
    return this.#wasm.activeStates();
  }

  /** Bytes of memory that this decoder holds, all of them from the start. */
  get memoryBytes(): number {
    return this.#wasm.memory.buffer.byteLength;
  }

  /**
   * Takes the next rows.
   *
   * @param logits shape [n × 40], any n: unnormalised log scores of blank and 39 phones; read only
   * @throws ConfigError for a logit that is not finite, StateError after `finish` or beyond `maxRows`: the rows of
   *   this call up to there are taken
   */
  push(logits: Float32Array): void {
    const rowLength = this.#wasm.N_SYMBOLS.value;
    if (logits.length % rowLength !== 0) {
      throw new ConfigError('logits', { expected: `whole rows of ${rowLength}`, actual: logits.length });
    }
    for (let from = 0; from < logits.length; from += this.#input.length) {
      const block = logits.subarray(from, from + this.#input.length);
      this.#input.set(block);
      this.#nRows = this.#expectOk('push', this.#wasm.push(block.length / rowLength));
    }
  }

  /**
   * Score of the best path that ends with the last row, against the filler over all rows: while rows come in, with a
   * `leadPenalty` of 0, it rises where what the graph says has just been said. −Infinity where none ends there; NaN after
   * `finish`.
   */
  exitLlr(): number {
    return this.#wasm.exitScore();
  }

  /**
   * Row at which the path began that {@link Decoder.exitLlr} told of after `nRows` rows.
   *
   * @throws StateError where none ended there, or after `finish`
   */
  entryRow(nRows: number): number {
    return this.#expectOk('entryRow', this.#wasm.entryRow(nRows));
  }

  /**
   * Ends the utterance, and tells what it was. Then only `reset` is left.
   */
  finish({ withRivals = true, awaited = null }: FinishOptions = {}): Decoding {
    const llr = this.#wasm.finish();
    if (Number.isNaN(llr)) {
      throw new StateError('finish', 'finished', { expected: 'a decoder at work', remedy: 'Call reset().' });
    }
    const none: Answer = { intent: null, slots: {}, words: [], llr: 0, fromRow: 0, toRow: this.#nRows };
    if (llr === Number.NEGATIVE_INFINITY) {
      const intents = this.#intents.map((intent) => ({ intent, llr }));
      return { answers: [none], best: null, slots: {}, intents, nRows: this.#nRows };
    }
    const first = this.#path();
    const told = answerOf(first, llr);
    const answers = [none, told];
    const scored = new Map(first.intent === null ? [] : [[first.intent, llr]]);
    if (!withRivals) {
      const intents = [...scored].map(([intent, score]) => ({ intent, llr: score }));
      return { answers: distinct(answers), best: told, slots: {}, intents, nRows: this.#nRows };
    }
    const [best, bestLlr] = this.#awaitedOr(first, llr, awaited);
    for (const intent of this.#intents) {
      if (intent === first.intent) continue;
      const other = this.#without((label) => label.kind === 'intent' && label.intent !== intent);
      scored.set(intent, other.llr);
      if (other.path) answers.push(answerOf(other.path, other.llr));
    }
    const slots: Record<string, SlotEvidence> = {};
    for (const slot of Object.keys(best.slots)) {
      const [evidence, rival] = this.#weighSlot(slot, best, bestLlr);
      slots[slot] = evidence;
      if (rival) answers.push(rival);
    }
    this.#scoreLabels(() => true);
    const intents = [...scored].map(([intent, score]) => ({ intent, llr: score }));
    intents.sort((a, b) => b.llr - a.llr);
    return {
      answers: distinct(answers),
      best: answerOf(best, bestLlr),
      slots,
      intents,
      nRows: this.#nRows,
    };
  }

  /** Forgets the utterance. */
  reset(): void {
    this.#expectOk('reset', this.#wasm.reset());
    this.#nRows = 0;
  }

  /** The best path, or that of an awaited intent where the best is of none and not clearly better. */
  #awaitedOr(best: DecodedPath, llr: number, awaited: ReadonlySet<string> | null): [DecodedPath, number] {
    if (awaited === null || best.intent === null || awaited.has(best.intent)) return [best, llr];
    const other = this.#without((label) => label.kind === 'intent' && !awaited.has(label.intent));
    return other.path && llr - other.llr < awaitedNats ? [other.path, other.llr] : [best, llr];
  }

  /** What a slot of the best path may hold else, and the best answer in which it holds something else. */
  #weighSlot(slot: string, best: DecodedPath, bestLlr: number): [SlotEvidence, Answer | null] {
    const candidateOf = (path: DecodedPath, behindLlr: number): SlotCandidate => {
      const decoded = path.slots[slot] as DecodedSlot;
      return { ...decoded, behindLlr, fillerLlr: this.#spanLlr(path, decoded.fromRow, decoded.toRow) };
    };
    const candidates: [SlotCandidate, ...SlotCandidate[]] = [candidateOf(best, 0)];
    const values = new Set([candidates[0].value]);
    let answer: Answer | null = null;
    for (;;) {
      const { path, llr } = this.#without(
        (label) =>
          (label.kind === 'intent' && label.intent !== best.intent) ||
          (label.kind === 'slotEnd' && label.slot === slot && values.has(label.value)),
      );
      const beyondLlr = bestLlr - llr;
      if (path) answer ??= answerOf(path, llr);
      const value = path?.slots[slot]?.value;
      if (!path || value === undefined || candidates.length > mostRivals || beyondLlr > farBehind) {
        return [{ candidates, beyondLlr, anyNameLlr: this.#anyNameLlr(slot, best, bestLlr) }, answer];
      }
      candidates.push(candidateOf(path, beyondLlr));
      values.add(value);
    }
  }

  /** The best path against the best of the same intent that fills the slot with a name of people at large. */
  #anyNameLlr(slot: string, best: DecodedPath, bestLlr: number): number | null {
    const { labels } = this.#graph;
    if (!labels.some((label) => label.kind === 'anyName' && label.slot === slot)) return null;
    const isRival = (label: GraphLabel) =>
      (label.kind !== 'intent' || label.intent === best.intent) &&
      (label.kind !== 'slotEnd' || label.slot !== slot);
    this.#scoreLabels((sequence) => sequence.every(isRival), slot);
    return bestLlr - this.#wasm.rescore();
  }

  /** Decodes the utterance again without the arcs whose labels hold a forbidden one. */
  #without(isForbidden: (label: GraphLabel) => boolean): { llr: number; path: DecodedPath | null } {
    this.#scoreLabels((labels) => !labels.some(isForbidden));
    const llr = this.#wasm.rescore();
    return { llr, path: llr === Number.NEGATIVE_INFINITY ? null : this.#path() };
  }

  /** Path of the last pass. */
  #path(): DecodedPath {
    const wasm = this.#wasm;
    this.#expectOk('trace', wasm.trace());
    const ints = (pointer: number) => new Int32Array(wasm.memory.buffer, pointer, this.#nRows);
    return readPath(this.#graph, {
      places: ints(wasm.tracePlacesPtr()),
      entered: ints(wasm.traceEnteredPtr()),
      exitArc: wasm.traceExitArc(),
      exitRow: wasm.pathEnd(),
    });
  }

  /** Score of a path over some rows against that of the filler over the same. */
  #spanLlr({ symbols }: DecodedPath, fromRow: number, toRow: number): number {
    const rowLength = this.#wasm.N_SYMBOLS.value;
    const rows = this.#floats(this.#wasm.rowPtr(0), this.#nRows * rowLength);
    let score = 0;
    for (let row = fromRow; row < toRow; row++) {
      score += rows[row * rowLength + (symbols[row] as number)] as number;
    }
    return score - this.#wasm.fillerSpan(fromRow, toRow);
  }

  /** Where the score of an arc stands: arcs into phones come first, without labels at 0, then the ways out. */
  #scoreIndex(label: number, arc: number): number {
    const isExit = this.#graph.arcTo[arc] === this.#graph.nStates;
    return label + 1 + (isExit ? this.#graph.labelSequences.length + 1 : 0);
  }

  /** @param anyNameSlot where names of people at large may be heard; nowhere by default */
  #scoreLabels(
    isAllowed: (labels: readonly GraphLabel[]) => boolean,
    anyNameSlot: string | null = null,
  ): void {
    const { labels: all, labelSequences } = this.#graph;
    const { phoneScore, wordScore, slotScore } = this.weights;
    const nScores = labelSequences.length + 1;
    [[], ...labelSequences].forEach((sequence, index) => {
      const labels = sequence.map((label) => all[label] as GraphLabel);
      const nOf = (kind: GraphLabel['kind']) => labels.filter((label) => label.kind === kind).length;
      const gained = wordScore * nOf('word') + slotScore * nOf('slotStart');
      const isHeard = labels.every((label) => label.kind !== 'anyName' || label.slot === anyNameSlot);
      const score = isHeard && isAllowed(labels) ? gained : Number.NEGATIVE_INFINITY;
      this.#labelScores[index] = score + phoneScore;
      this.#labelScores[nScores + index] = score;
    });
  }

  /** Every phone costs the same, whatever came before: a phone after itself stands in the last row. */
  #fillTransitions(): void {
    const n = this.#wasm.N_SYMBOLS.value;
    const table = this.#floats(this.#wasm.transitionsPtr(), (n + 1) * n).fill(-this.weights.phonePenalty);
    for (let row = 0; row <= n; row++) {
      table[row * n] = Number.NEGATIVE_INFINITY;
      if (row > 0 && row < n) table[row * n + row] = Number.NEGATIVE_INFINITY;
    }
  }

  #floats(pointer: number, length: number): Float32Array {
    return new Float32Array(this.#wasm.memory.buffer, pointer, length);
  }

  #expectOk(operation: string, code: number): number {
    if (code < 0) throw errorOf(operation, code);
    return code;
  }
}

function answerOf({ intent, slots, words, fromRow, toRow }: DecodedPath, llr: number): Answer {
  const values = Object.fromEntries(Object.entries(slots).map(([slot, { value }]) => [slot, value]));
  return { intent, slots: values, words, llr, fromRow, toRow };
}

/** Best first, one of each meaning. */
function distinct(answers: readonly Answer[]): Answer[] {
  const byMeaning = new Map<string, Answer>();
  for (const answer of [...answers].sort((a, b) => b.llr - a.llr)) {
    const meaning = JSON.stringify([answer.intent, Object.entries(answer.slots).sort()]);
    if (!byMeaning.has(meaning)) byMeaning.set(meaning, answer);
  }
  return [...byMeaning.values()];
}
