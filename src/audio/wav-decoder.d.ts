/** The part of wav-decoder 1.3.0 that is used; the package ships no types. */
declare module 'wav-decoder' {
  interface DecodedWav {
    readonly sampleRate: number;
    readonly numberOfChannels: number;
    /** Samples in each channel. */
    readonly length: number;
    readonly channelData: Float32Array[];
  }
  const wavDecoder: {
    decode: { sync(file: ArrayBuffer, options?: { symmetric?: boolean }): DecodedWav };
  };
  export default wavDecoder;
}
