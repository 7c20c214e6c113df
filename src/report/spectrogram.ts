import { Frontend, kaldiRecipe } from '../dsp/index.js';

const nBands = 64;
/** Frames that share a column of the picture. */
const framesPerColumn = 4;
/** Darkest and lightest, nats below the loudest cell. */
const rangeNats = 11;
const bmpHeaderBytes = 54 + 4 * 256;

/**
 * Draws the log-mel spectrogram of audio as a picture: time to the right, low bands below, louder is darker.
 *
 * @returns a data URI of an 8-bit BMP, which every browser shows and which needs no compressor
 */
export async function spectrogram(audio: Float32Array, sampleRateHz: number): Promise<string> {
  const recipe = { ...kaldiRecipe, nMels: nBands, nMfcc: 0, lifter: 0 };
  const frontend = await Frontend.create({ recipe, inputRateHz: sampleRateHz });
  const features = frontend.push(audio);
  const nColumns = Math.floor(features.length / nBands / framesPerColumn);
  const cells = Float32Array.from({ length: nColumns * nBands }, (_, i) => {
    const [column, band] = [Math.floor(i / nBands), i % nBands];
    let loudest = Number.NEGATIVE_INFINITY;
    for (let t = column * framesPerColumn; t < (column + 1) * framesPerColumn; t++) {
      loudest = Math.max(loudest, features[t * nBands + band] as number);
    }
    return loudest;
  });
  const top = cells.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return bitmap(nColumns, nBands, (x, y) => {
    const depth = (top - (cells[x * nBands + y] as number)) / rangeNats;
    return Math.round(255 * Math.min(1, Math.max(0, depth)));
  });
}

/** An 8-bit grey BMP; `grey` of column x and row y, counted from below. */
function bitmap(width: number, height: number, grey: (x: number, y: number) => number): string {
  const rowBytes = Math.ceil(width / 4) * 4;
  const bytes = Buffer.alloc(bmpHeaderBytes + rowBytes * height);
  bytes.write('BM', 'latin1');
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(bmpHeaderBytes, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(8, 28);
  for (let i = 0; i < 256; i++) bytes.writeUInt32LE(i * 0x010101, 54 + 4 * i);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) bytes[bmpHeaderBytes + y * rowBytes + x] = grey(x, y);
  }
  return `data:image/bmp;base64,${bytes.toString('base64')}`;
}
