export type { AudioContainer } from './container.js';
export { joinBlocks } from './join-blocks.js';
export { type AudioSource, type OpenAudioOptions, openAudio } from './open-audio.js';
export { assertSamples, int16FromBytes, int16ToFloat32, type PcmBlock, UnitCutter } from './pcm.js';
export { SampleRing } from './sample-ring.js';
export { SliceReader } from './slice-reader.js';
