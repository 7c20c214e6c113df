import { z } from 'zod';
import { type Evidence, EvidenceModel, type EvidenceModelJson, type TurnFeatures } from '../guard/index.js';
import { readModelJson } from './read-model-json.js';

const schema = z.strictObject({
  schema: z.literal('wakeproof-directedness/1'),
  request: z.json(),
  reply: z.json(),
});

/** A directedness model as a plain JSON value: one evidence model for requests, one for replies to prompts. */
export interface DirectednessJson {
  readonly schema: 'wakeproof-directedness/1';
  readonly request: EvidenceModelJson;
  readonly reply: EvidenceModelJson;
}

/** The directedness model that comes with this package. */
const bundledDirectedness = new URL('../../models/guard/directedness.json', import.meta.url);

/**
 * Whether a turn is said to the device, by what surrounds it: silence before it, talk through the prompt, how soon it
 * comes, and how unlike the wake word it sounds. What it was fitted on and what it is worth stands in
 * `models/guard/CARD.md`.
 */
export class DirectednessModel {
  private constructor(
    readonly request: EvidenceModel<TurnFeatures>,
    readonly reply: EvidenceModel<TurnFeatures>,
  ) {}

  /**
   * @param path of a directedness model's JSON; the bundled one by default
   * @throws ModelError where it cannot be read or does not have the schema
   */
  static async load(path: string | URL = bundledDirectedness): Promise<DirectednessModel> {
    const { request, reply } = await readModelJson(path, {
      source: 'directedness model',
      schema,
      form: 'a value of schema wakeproof-directedness/1',
    });
    return new DirectednessModel(EvidenceModel.directedness(request), EvidenceModel.directedness(reply));
  }

  /** Evidence that the turn is meant for the device; what follows a prompt is judged as a reply. */
  evidence(turn: TurnFeatures): Evidence {
    return (turn.latencyMs === null ? this.request : this.reply).evidence(turn);
  }
}
