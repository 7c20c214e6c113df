import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decoder, type DecoderOptions, type GraphLabel, type PhoneGraph } from '../../src/decoding/index.js';
import { settleWeights } from '../../src/decoding/options.js';
import { oracleLlr } from '../oracle/decoder.js';
import { type ArcSketch, graphOf } from '../support/phone-graph.js';

/** Few phones, so that neighbours are often the same one. */
const phone = fc.integer({ min: 1, max: 3 });

/** Graphs of up to 5 states whose arcs go forwards, so that they have a few dozen paths. */
const graphs: fc.Arbitrary<PhoneGraph> = fc.array(phone, { minLength: 1, maxLength: 5 }).chain((phones) => {
  const n = phones.length;
  const pairs = [...Array(n + 1).keys()].flatMap((from) =>
    [...Array(n).keys()].filter((to) => to > from - 1).map((to) => ({ from: from - 1, to })),
  );
  const finals = [...Array(n).keys()].map((from) => ({ from, to: n }));
  // A path has one intent at most: it is told where the path begins.
  const labelled = (arc: ArcSketch): ArcSketch =>
    arc.from >= 0 || arc.to === 0
      ? arc
      : { ...arc, labels: [{ kind: 'intent', intent: `intent ${arc.to % 2}` }] };
  return fc
    .tuple(fc.subarray(pairs, { minLength: 1 }), fc.subarray(finals, { minLength: 1 }))
    .map(([inner, last]) => graphOf(phones, [...inner, ...last].map(labelled)));
});

/** Rows in which only the first few symbols are likely. */
const rows = fc.array(
  fc
    .array(fc.float({ min: -6, max: 6, noNaN: true }), { minLength: 5, maxLength: 5 })
    .map((few) => [...few, ...Array(35).fill(-8)] as number[]),
  { minLength: 1, maxLength: 6 },
);

const weights: fc.Arbitrary<DecoderOptions> = fc.record({
  acousticScale: fc.constantFrom(1, 0.5),
  floor: fc.constantFrom(-12, -3),
  blankPenalty: fc.constantFrom(0, 0.75, -0.5),
  phonePenalty: fc.constantFrom(0, 0.5, 2),
  leadPenalty: fc.constantFrom(0, 1, Number.POSITIVE_INFINITY),
  tailPenalty: fc.constantFrom(0, 1, Number.POSITIVE_INFINITY),
  phoneScore: fc.constantFrom(0, 1, -0.75),
  wordScore: fc.constantFrom(0, 1.5),
  beam: fc.constant(Number.POSITIVE_INFINITY),
});

const flat = (matrix: readonly (readonly number[])[]) => Float32Array.from(matrix.flat());

/** float32 sums of 40 terms of magnitude up to 150: 40 · 150 · 2^-24 = 4e-4, and a margin. */
const tolerance = 1e-3;

describe('Decoder', () => {
  it('finds the best of all paths, of each intent and of what is left without it', async () => {
    await fc.assert(
      fc.asyncProperty(graphs, rows, weights, async (graph, logits, options) => {
        const decoder = await Decoder.create(graph, options);
        decoder.push(flat(logits));
        const { intents } = decoder.finish();
        for (const { intent, llr } of intents) {
          const isAllowed = (arc: number) =>
            (graph.labelSequences[graph.arcWord[arc] as number] ?? []).every(
              (index) => intentOf(graph.labels[index]) !== (intent === 'intent 0' ? 'intent 1' : 'intent 0'),
            );
          const expected = oracleLlr(graph, logits, settleWeights(options), isAllowed);
          expectClose(llr, expected);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('tells a path whose score is the score it tells', async () => {
    await fc.assert(
      fc.asyncProperty(graphs, rows, weights, async (graph, logits, options) => {
        const decoder = await Decoder.create(withWords(graph), options);
        decoder.push(flat(logits));
        const best = decoder.finish().answers.find(({ words }) => words.length > 0);
        const { wordScore } = settleWeights(options);
        const expected = oracleLlr(graph, logits, settleWeights({ ...options, wordScore: 0 }));
        if (!best) expect(expected).toBe(Number.NEGATIVE_INFINITY);
        else if (wordScore === 0) expectClose(best.llr, expected);
        if (!best) return;
        // The words are the path: decoding nothing but this path gives the same score.
        const only = pathGraph(best.words.map(({ word }) => Number(word)));
        const again = await Decoder.create(only, options);
        again.push(flat(logits));
        expectClose(again.finish().answers.find(({ words }) => words.length > 0)?.llr, best.llr);
      }),
      { numRuns: 100 },
    );
  });

  it('does not hear a constant added to all logits of a row', async () => {
    const constants = fc.array(fc.float({ min: -50, max: 50, noNaN: true }), { minLength: 6, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(graphs, rows, constants, async (graph, logits, added) => {
        const decoder = await Decoder.create(graph);
        decoder.push(flat(logits));
        const before = decoder.finish().intents;
        decoder.reset();
        decoder.push(flat(logits.map((row, t) => row.map((value) => value + (added[t] as number)))));
        const after = new Map(decoder.finish().intents.map(({ intent, llr }) => [intent, llr]));
        // The sums round logits of up to 56 in float32, which `tolerance` has room for.
        for (const { intent, llr } of before) expectClose(after.get(intent), llr);
      }),
      { numRuns: 50 },
    );
  });

  it('gives the same bits however the rows are split, and again after reset', async () => {
    await fc.assert(
      fc.asyncProperty(
        graphs,
        rows,
        fc.array(fc.nat(3), { minLength: 6, maxLength: 6 }),
        async (graph, logits, lengths) => {
          const decoder = await Decoder.create(graph);
          decoder.push(flat(logits));
          const whole = decoder.finish();
          decoder.reset();
          const rest = [...logits];
          for (const length of lengths) decoder.push(flat(rest.splice(0, length)));
          decoder.push(flat(rest));
          expect(decoder.finish()).toEqual(whole);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('loses no more by pruning than by not: a wide beam is as exact as none', async () => {
    await fc.assert(
      fc.asyncProperty(graphs, rows, async (graph, logits) => {
        const results = [];
        for (const beam of [1e6, Number.POSITIVE_INFINITY]) {
          const decoder = await Decoder.create(graph, { beam });
          decoder.push(flat(logits));
          results.push(decoder.finish());
        }
        expect(results[0]).toEqual(results[1]);
      }),
      { numRuns: 50 },
    );
  });
});

/** The graph with each arc to a state labelled by its phone as a word, and one intent. */
function withWords(graph: PhoneGraph): PhoneGraph {
  const words = [...Array(40).keys()].map((symbol) => ({ kind: 'word' as const, word: String(symbol) }));
  const labels = [...words, { kind: 'intent' as const, intent: 'any' }];
  const labelSequences = [...words.map((_, index) => [index]), ...words.map((_, index) => [40, index])];
  const isFirst = (arc: number) => arc >= (graph.arcStart[graph.nStates] as number);
  const arcWord = Int32Array.from(graph.arcTo, (to, arc) =>
    to < graph.nStates ? (graph.phone[to] as number) + (isFirst(arc) ? 40 : 0) : -1,
  );
  return { ...graph, labels, labelSequences, arcWord };
}

function intentOf(label: GraphLabel | undefined): string | null {
  return label?.kind === 'intent' ? label.intent : null;
}

function pathGraph(phones: readonly number[]): PhoneGraph {
  const states = [...phones.keys()];
  const arcs = [
    ...states.map((to) => ({ from: to - 1, to })),
    { from: phones.length - 1, to: phones.length },
  ];
  return withWords(graphOf(phones, arcs));
}

function expectClose(actual: number | undefined, expected: number): void {
  if (Number.isFinite(expected)) expect(Math.abs((actual as number) - expected)).toBeLessThan(tolerance);
  else expect(actual).toBe(expected);
}
