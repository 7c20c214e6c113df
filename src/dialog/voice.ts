import { z } from 'zod';
import { ModelError } from '../errors.js';
import { type Evidence, EvidenceModel, noEvidence, type VoiceFeatures } from '../guard/index.js';
import { readModelJson } from './read-model-json.js';
import { loudNats, nBands, type SpeechSound } from './speech-sound.js';

const voiceSchema = z
  .strictObject({
    schema: z.literal('wakeproof-voice/1'),
    id: z.string().min(1),
    nBands: z.int().positive(),
    loudNats: z.number().positive(),
    /** Shape 2 · nBands: mean of the shapes that the projection was fitted on. */
    mean: z.array(z.number()),
    /** Shape dims × 2 · nBands. */
    projection: z.array(z.array(z.number())).min(1),
    evidence: z.json(),
    licences: z.strictObject({ weights: z.string(), data: z.array(z.string()) }),
  })
  .refine(
    ({ nBands: n, mean, projection }) => [mean, ...projection].every(({ length }) => length === 2 * n),
    {
      error: 'rows of other lengths than 2 · nBands',
    },
  );

/** The voice model that comes with this package. */
const bundledVoice = new URL('../../models/guard/voice.json', import.meta.url);
/** Longer pieces say no more than this to the map, which has seen none. */
const longestMs = 3200;

/**
 * Whether one voice said two pieces of speech: a linear projection of the shape of their spectra, by linear
 * discriminant analysis, and an affine map from the cosine to an LLR. How good it is stands in `models/guard/CARD.md`:
 * on a second of speech it says little, and claims little.
 */
export class VoiceModel {
  readonly #mean: readonly number[];
  readonly #projection: readonly (readonly number[])[];
  readonly #evidence: EvidenceModel<VoiceFeatures>;

  private constructor(json: z.infer<typeof voiceSchema>) {
    this.#mean = json.mean;
    this.#projection = json.projection;
    this.#evidence = EvidenceModel.sameVoice(json.evidence);
  }

  /**
   * @param path of a voice model's JSON; the bundled one by default
   * @throws ModelError where it cannot be read, does not have the schema, or was fitted on speech that was measured
   *   in another way
   */
  static async load(path: string | URL = bundledVoice): Promise<VoiceModel> {
    const source = 'voice model';
    const json = await readModelJson(path, {
      source,
      schema: voiceSchema,
      form: 'a value of schema wakeproof-voice/1, all rows of 2 · nBands',
    });
    if (json.nBands !== nBands || json.loudNats !== loudNats) {
      throw new ModelError(source, {
        expected: `a fit to speech measured as here: nBands ${nBands}, loudNats ${loudNats}`,
        actual: `nBands ${json.nBands}, loudNats ${json.loudNats}`,
        remedy: 'Fit it anew with models/training/voice.py of this version.',
      });
    }
    return new VoiceModel(json);
  }

  /** Evidence that one voice said both; none where either could not be measured. */
  evidence(one: SpeechSound | null, other: SpeechSound | null): Evidence {
    if (one === null || other === null) return noEvidence;
    const [a, b] = [this.#project(one), this.#project(other)];
    const length = Math.sqrt(dot(a, a) * dot(b, b));
    const shorterMs = Math.min(one.speechMs, other.speechMs, longestMs);
    return this.#evidence.evidence({ similarity: length === 0 ? 0 : dot(a, b) / length, shorterMs });
  }

  #project({ shape }: SpeechSound): number[] {
    const moved = this.#mean.map((mean, i) => (shape[i] as number) - mean);
    return this.#projection.map((row) => dot(row, moved));
  }
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
}
