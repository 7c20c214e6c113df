/** Forms of audio that can be opened. */
export type AudioContainer = 'wav' | 'flac' | 'ogg-flac' | 'ogg-vorbis' | 'ogg-opus' | 'mp3' | 'pcm';

/** Bytes that `detectContainer` wants to see: an Ogg page header and the first packet's name. */
export const containerHeadBytes = 64;

/**
 * Tells a file's form by its first bytes, never by its name.
 *
 * @param head the first bytes, `containerHeadBytes` where the file has them
 * @param strict true to ask for a signature that PCM samples cannot form by chance; leaves out a bare MPEG
 *   frame header, which two ordinary samples can
 * @returns null when nothing is recognised
 */
export function detectContainer(head: Uint8Array, strict: boolean): Exclude<AudioContainer, 'pcm'> | null {
  const text = String.fromCharCode(...head.subarray(0, containerHeadBytes));
  if (text.startsWith('RIFF') && text.startsWith('WAVE', 8)) return 'wav';
  if (text.startsWith('fLaC')) return 'flac';
  if (text.startsWith('OggS')) {
    if (text.includes('OpusHead')) return 'ogg-opus';
    if (text.includes('vorbis')) return 'ogg-vorbis';
    if (text.includes('FLAC')) return 'ogg-flac';
    return null;
  }
  if (text.startsWith('ID3')) return 'mp3';
  const isMpegAudioFrame = head[0] === 0xff && ((head[1] ?? 0) & 0xe6) === 0xe2;
  return isMpegAudioFrame && !strict ? 'mp3' : null;
}
