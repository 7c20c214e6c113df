/** Maps places in the 16 kHz signal to the clock of the input, whose rate is declared. */
export class InputClock {
  /** Input samples that were really heard: no event is placed after them, though padding may follow. */
  heardSamples = 0;

  constructor(
    /** Rate of the input, in Hz. */
    readonly rateHz: number,
  ) {}

  /** Nearest input sample. The converter's filter is centred, so places map without delay. */
  toSample(sample16k: number): number {
    return Math.min(Math.round((sample16k * this.rateHz) / 16000), this.heardSamples);
  }

  /** Time of an input sample. */
  toMs(sample: number): number {
    return (sample * 1000) / this.rateHz;
  }
}
