import { describe, expect, it } from 'vitest';
import { hearTogether, type SlotHearing } from '../../../src/intent/index.js';

/** Values with how far each is behind the best; against the filler each has 10 less that. */
const heard = (
  values: Record<string, number>,
  beyondLlr: number,
  anyNameLlr: number | null = null,
): SlotHearing => ({
  candidates: Object.entries(values).map(([value, behindLlr]) => ({
    value,
    behindLlr,
    fillerLlr: 10 - behindLlr,
  })),
  beyondLlr,
  anyNameLlr,
});

describe('hearTogether', () => {
  it('leaves a single hearing what it is', () => {
    expect(hearTogether(heard({ Anna: 0, Bob: 3 }, 7), [])).toEqual({
      value: 'Anna',
      fillerLlr: 10,
      rivalLlr: 3,
      anyNameLlr: null,
      nHearings: 1,
    });
    expect(hearTogether(heard({ Anna: 0 }, 7), []).rivalLlr).toBe(7);
  });

  it('gives who is near the best in both hearings a greater lead than each of them does', () => {
    const first = heard({ Anna: 0, Hannah: 1, Carla: 9 }, 12);
    const last = heard({ Anna: 0, Hanna: 2, Bob: 4 }, 11);
    // Hannah has 1 + 11 behind, Hanna 12 + 2, Carla 9 + 11.
    expect(hearTogether(last, [first])).toMatchObject({ value: 'Anna', rivalLlr: 12, nHearings: 2 });
  });

  it('corrects a hearing by another that is surer', () => {
    const first = heard({ Anna: 0, Hannah: 8 }, 12);
    const last = heard({ Hannah: 0, Anna: 1 }, 9);
    expect(hearTogether(last, [first])).toMatchObject({ value: 'Anna', fillerLlr: 19, rivalLlr: 7 });
    expect(hearTogether(last, [heard({ Anna: 0, Hannah: 0.5 }, 12)]).value).toBe('Hannah');
  });

  it('supposes of what a hearing does not know that it is behind all that it knows', () => {
    const first = heard({ Anna: 0, Carla: 2 }, 6);
    const last = heard({ Bob: 0, Carla: 3 }, 8);
    // Bob is 6 behind in the first, Carla 2 + 3 in both.
    expect(hearTogether(last, [first])).toMatchObject({ value: 'Carla', fillerLlr: 15, rivalLlr: 1 });
  });

  it('tells nothing for a value that an earlier hearing could not have', () => {
    const first = heard({ Anna: 0 }, Number.POSITIVE_INFINITY);
    expect(hearTogether(heard({ Bob: 0 }, 5), [first]).rivalLlr).toBe(Number.NEGATIVE_INFINITY);
  });

  it('adds up how far the value is behind names of people at large, wherever it was ahead of them', () => {
    const first = heard({ Anna: 0, Hannah: 1 }, 12, 5);
    expect(hearTogether(first, []).anyNameLlr).toBe(0);
    expect(hearTogether(heard({ Anna: 0 }, 7, -4), [first]).anyNameLlr).toBe(-4);
    // Anna is 1 behind Hannah, who is 3 behind them, and 2 behind them herself there.
    const both = hearTogether(heard({ Hannah: 0, Anna: 1 }, 9, -3), [heard({ Anna: 0, Hannah: 8 }, 12, -2)]);
    expect(both).toMatchObject({ value: 'Anna', anyNameLlr: -6 });
    expect(hearTogether(heard({ Anna: 0 }, 7, -4), [heard({ Anna: 0 }, 7)]).anyNameLlr).toBeNull();
  });

  it('lets no hearing speak more than 8 nats against a name by the filler, where names at large speak too', () => {
    const masked = { ...heard({}, 7, 0), candidates: [{ value: 'Anna', behindLlr: 0, fillerLlr: -20 }] };
    expect(hearTogether(masked, []).fillerLlr).toBe(-8);
    expect(hearTogether({ ...masked, anyNameLlr: null }, []).fillerLlr).toBe(-20);
    expect(hearTogether(masked, [heard({ Anna: 0 }, 7)]).fillerLlr).toBe(2);
  });
});
