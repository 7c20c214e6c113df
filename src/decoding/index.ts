export { type Answer, Decoder, type Decoding, type SlotCandidate, type SlotEvidence } from './decoder.js';
export type { GraphLabel, PhoneGraph } from './graph.js';
export type { DecoderOptions, DecoderWeights } from './options.js';
export type { DecodedSlot, DecodedWord } from './path.js';
