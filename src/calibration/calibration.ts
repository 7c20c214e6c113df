import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ConfigError, ModelError } from '../errors.js';
import { checkedPrior } from './decide.js';
import { logit, sigmoid } from './logistic.js';
import { qualityNames, type SignalQuality } from './quality.js';

const finite = z.number();
const range = z.tuple([finite, finite]).refine(([from, to]) => from <= to, 'from ≤ to');
const perQuality = <T extends z.ZodType>(schema: T) =>
  z.strictObject({ snrDb: schema, levelDbfs: schema, clippedFraction: schema, bandLimitHz: schema });

const wordSchema = z.strictObject({
  word: z.string().min(1),
  /** Nats per unit of score. */
  a: z.number().positive(),
  /** Nats. */
  b: finite,
  /** Nats per unit of quality. */
  w: perQuality(finite),
  /**
   * Mean products of the deviations of the bootstrap's draws from (a, b, w…), lower triangle by rows: 21 numbers, row 0
   * is a, row 1 is b.
   */
  covariance: z.array(finite).length(21),
  /** Half width of a 95 % interval in standard deviations: Student's t for as many groups as hold the doubt. */
  intervalFactor: z.number().min(1.9),
  /** Distinct recordings with the word, and distinct stretches without it. */
  nTargets: z.int().positive(),
  nNonTargets: z.int().positive(),
  /**
   * [−ln(n + 1), ln(nNonTargets + 1)] with n the trials with the word, a recording under each condition being one;
   * nats: no LLR beyond what the trials can carry.
   */
  cap: range,
  /** Where both classes were seen: quality outside is out of domain. */
  domain: perQuality(range),
});

/** Grades of the LLRs of all words together, on speakers and sessions that each fit did not hear. */
const heldOutSchema = z.strictObject({
  /** Bits. */
  cllr: finite,
  /** Bits. */
  minCllr: finite,
  /** At prior 0.5, 0…1. */
  ece: finite,
  nTargets: z.int(),
  nNonTargets: z.int(),
  /** Trials in none of the other figures. */
  nOutOfDomain: z.int(),
  /** Share of resamples in which the 95 % interval held, over all words; null where it was not checked. */
  coverage: finite.nullable(),
});

const calibrationSchema = z.strictObject({
  schema: z.literal('wakeproof-calibration/1'),
  /** First 16 hex digits of the SHA-256 of all other fields. */
  id: z.string().regex(/^[0-9a-f]{16}$/),
  /** The model whose scores it maps; scores of another model mean something else. */
  model: z.strictObject({ name: z.string(), sha256: z.string() }),
  /** Prior that the regression was weighted to. Not the consumer's prior. */
  fitPrior: z.number().gt(0).lt(1),
  /** Length of the stretches that the LLR speaks of, seconds. */
  stretchSec: z.number().positive(),
  nDraws: z.int().positive(),
  seed: z.int(),
  /** What was mixed into the recordings: "clean", "snr 10", … */
  conditions: z.array(z.string()),
  corpora: z.array(z.strictObject({ manifest: z.string(), sha256: z.string() })),
  words: z.array(wordSchema).min(1),
  heldOut: heldOutSchema.optional(),
});

/** A calibration as a plain JSON value, as it stands in a file or in a model's manifest. */
export type CalibrationJson = z.infer<typeof calibrationSchema>;
/** The part of a calibration that concerns one word. */
export type WordCalibration = z.infer<typeof wordSchema>;

/** What a score means under a calibration. */
export interface Calibrated {
  /** Evidence that the stretch holds the word, nats; 0 outside the domain. */
  readonly llr: number;
  /** 95 % interval of the LLR, nats, from the bootstrap by speaker; outside the domain the whole range of the caps. */
  readonly interval: [number, number];
  /** Probability of the word under the declared prior; the prior itself outside the domain. */
  readonly probability: number;
  /** Whether audio of this quality was among the trials of the calibration. */
  readonly inDomain: boolean;
  /** The calibration that says so. */
  readonly calibrationId: string;
}

/** A checked calibration: turns scores into log-likelihood ratios. Immutable. */
export class Calibration {
  readonly #words: ReadonlyMap<string, WordCalibration>;

  private constructor(readonly json: CalibrationJson) {
    this.#words = new Map(json.words.map((entry) => [entry.word, entry]));
  }

  /**
   * Checks a JSON value.
   *
   * @throws ModelError where it does not have the schema, or where its id is not the hash of its content
   */
  static parse(json: unknown): Calibration {
    const parsed = calibrationSchema.safeParse(json);
    if (!parsed.success) {
      throw new ModelError('calibration', {
        expected: 'a value of schema wakeproof-calibration/1',
        actual: z.prettifyError(parsed.error),
        remedy: 'Write a new one with `wakeproof calibrate`.',
      });
    }
    const id = contentId(parsed.data);
    if (id !== parsed.data.id) {
      throw new ModelError('calibration', {
        expected: `id ${id}, the hash of its content`,
        actual: parsed.data.id,
        remedy: 'It was edited after it was fitted: write a new one with `wakeproof calibrate`.',
      });
    }
    return new Calibration(parsed.data);
  }

  /** Makes a calibration of its content: rounds numbers to 9 significant digits and adds the id. */
  static of(content: Omit<CalibrationJson, 'schema' | 'id'>): Calibration {
    const rounded = roundNumbers({ schema: 'wakeproof-calibration/1' as const, id: '', ...content });
    return Calibration.parse({ ...rounded, id: contentId(rounded) });
  }

  /** Content hash, 16 hex digits. */
  get id(): string {
    return this.json.id;
  }

  /** The words it knows. */
  get words(): readonly string[] {
    return [...this.#words.keys()];
  }

  /** For `JSON.stringify`. */
  toJSON(): CalibrationJson {
    return this.json;
  }

  /**
   * What a peak score means.
   *
   * @param score raw peak score of the event
   * @param quality of the audio up to the detection, by `measureQuality` over `qualityWindowMs`
   * @param prior probability that a stretch of `stretchSec` holds the word, before listening
   * @throws ConfigError where the word is not calibrated, the score is NaN, or the prior is no probability
   */
  apply(word: string, score: number, quality: SignalQuality, prior: number): Calibrated {
    const entry = this.#words.get(word);
    if (!entry) {
      throw new ConfigError('word', {
        expected: `a word of calibration ${this.id}: ${this.words.join(', ')}`,
        actual: word,
      });
    }
    if (Number.isNaN(score)) throw new ConfigError('score', { expected: 'a number', actual: score });
    const priorLogOdds = logit(checkedPrior(prior));
    const inDomain = isInDomain(entry, quality);
    if (!inDomain) {
      const [lowest, highest] = entry.cap;
      return { llr: 0, interval: [lowest, highest], probability: prior, inDomain, calibrationId: this.id };
    }
    const linear =
      entry.a * score + entry.b + qualityNames.reduce((sum, q) => sum + entry.w[q] * quality[q], 0);
    const halfWidth = entry.intervalFactor * standardError(entry.covariance, score, quality);
    const llr = capped(entry, linear);
    return {
      llr,
      interval: [capped(entry, linear - halfWidth), capped(entry, linear + halfWidth)],
      probability: sigmoid(llr + priorLogOdds),
      inDomain,
      calibrationId: this.id,
    };
  }
}

/** Limits an LLR to what the trials of a calibration can carry, nats. */
export function capped(entry: Pick<WordCalibration, 'cap'>, llr: number): number {
  return Math.min(Math.max(llr, entry.cap[0]), entry.cap[1]);
}

/** Whether both classes of a calibration were seen at this quality. */
export function isInDomain(entry: Pick<WordCalibration, 'domain'>, quality: SignalQuality): boolean {
  return qualityNames.every(
    (name) => quality[name] >= entry.domain[name][0] && quality[name] <= entry.domain[name][1],
  );
}

/** Standard error of an LLR before its cap, nats, by the covariance of its map. */
export function standardError(covariance: readonly number[], score: number, quality: SignalQuality): number {
  const x = [score, 1, ...qualityNames.map((name) => quality[name])];
  return Math.sqrt(Math.max(quadraticForm(covariance, x), 0));
}

/** xᵀCx of a symmetric C given as its lower triangle by rows. */
function quadraticForm(triangle: readonly number[], x: readonly number[]): number {
  let sum = 0;
  for (let j = 0, at = 0; j < x.length; j++) {
    for (let k = 0; k <= j; k++, at++) {
      sum += (j === k ? 1 : 2) * (triangle[at] as number) * (x[j] as number) * (x[k] as number);
    }
  }
  return sum;
}

function roundNumbers<T>(value: T): T {
  return JSON.parse(JSON.stringify(value, (_, v) => (typeof v === 'number' ? Number(v.toPrecision(9)) : v)));
}

/** Hash of the content with keys in order, so that it does not depend on how a file is laid out. */
function contentId(json: CalibrationJson): string {
  const { id: _, ...content } = json;
  const canonical = JSON.stringify(content, (_key, value) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([p], [q]) => (p < q ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(canonical).digest('hex').slice(0, 16);
}
