import type { Evidence, GuardEvent, GuardState, Reply, TurnFeatures } from '../../src/guard/index.js';

/** Draws numbers out of one integer, the same for the same integer. */
function drawer(seed: number): (n: number) => number {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  return (n) => {
    // Marsaglia's xorshift: cheap, and good enough to pick from short lists.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % n;
  };
}

/** Usual lengths of time, ms, and some on both sides of the windows that a guard has. */
const steps = [0, 200, 400, 1000, 1300, 2000];
const edges = [1, 4999, 5000, 5001, 9000, 15_001, 20_001, 61_000];
/** Nats, around the floors of the default stakes. */
const llrs = [-9, -1.7, -1.5, 0, 2.2, 2.4, 4.5, 4.7, 7, 9, 9, 9, 40];
const people = ['Anna', 'Anna', 'Anna', 'Anna', 'Bob'];

/**
 * An event out of an integer: in most cases one that the guard's state awaits, with a flaw now and then; else anything.
 *
 * @param seed any integer
 * @param state of the guard that will get it: sequences would hardly ever reach an act without
 * @param nowMs time of the event before
 * @param wanted the act that the dialog is about, mostly
 */
export function eventOf(seed: number, state: GuardState, nowMs: number, wanted: string): GuardEvent {
  const draw = drawer(seed);
  const pick = <T>(list: readonly T[]): T => list[draw(list.length)] as T;
  const isFlawed = (): boolean => draw(28) === 0;
  const evidence = (): Evidence =>
    isFlawed()
      ? { llr: pick([null, Number.NEGATIVE_INFINITY, Number.NaN, 9]), inDomain: pick([true, false, null]) }
      : { llr: draw(6) === 0 ? pick(llrs) : pick([7, 8, 9]), inDomain: true };
  const talker = (): { directedness?: Evidence; sameVoice?: Evidence } =>
    draw(3) === 0 ? { directedness: evidence(), sameVoice: evidence() } : {};
  const turn = (): { turn?: TurnFeatures } => {
    if (isFlawed()) return {};
    const ms = (few: readonly (number | null)[], usual: number) => (isFlawed() ? pick(few) : usual);
    return {
      turn: {
        silenceBeforeMs: ms([0, 299, 300, null], 1200),
        silenceBeforeWakeMs: ms([0, null], 1200),
        speechInPromptMs: ms([1, 5000, null], 0),
        latencyMs: 300,
        levelDifferenceDb: 0,
        tiltDifferenceDb: 0,
        otherVoiceMs: ms([1, 700, null], 0),
        playbackMs: ms([1, 700, null], 0),
      },
    };
  };
  const atMs = isFlawed() ? nowMs - 1 : nowMs + pick(draw(8) === 0 ? edges : steps);
  const endMs = isFlawed() ? nowMs : Math.max(nowMs, atMs - pick([0, 100, 300]));
  const span = {
    atMs,
    endMs,
    startMs: isFlawed() ? endMs - 3000 : Math.max(nowMs, endMs - pick([300, 900])),
  };
  const act = isFlawed() ? pick(['send', 'call', 'lamp', 'unlock', 'constructor']) : wanted;
  const contact = pick(people);
  const reply = (): Reply =>
    isFlawed()
      ? pick<Reply>([
          { kind: 'yes' },
          { kind: 'no' },
          { kind: 'closed', act: 'call', slots: { contact } },
          { kind: 'closed', act: 'send', slots: {} },
        ])
      : { kind: 'closed', act, slots: { contact } };
  const make: Record<GuardEvent['type'], () => GuardEvent> = {
    wake: () => ({
      type: 'wake',
      word: 'alexa',
      ...span,
      evidence: evidence(),
      ...(draw(4) === 0 ? { secondLook: evidence() } : {}),
    }),
    request: () => ({
      type: 'request',
      ...span,
      ...talker(),
      act,
      slots: draw(4) === 0 ? {} : { contact: { value: contact, evidence: evidence() } },
      evidence: evidence(),
    }),
    answer: () => ({
      type: 'answer',
      ...span,
      ...talker(),
      ...turn(),
      slot: isFlawed() ? 'file' : 'contact',
      value: contact,
      evidence: evidence(),
    }),
    confirmation: () => ({
      type: 'confirmation',
      ...span,
      ...talker(),
      ...turn(),
      ...(draw(3) === 0 ? { slotEvidence: { contact: evidence() } } : {}),
      reply: reply(),
      evidence: evidence(),
    }),
    unrecognised: () => ({ type: 'unrecognised', ...span, ...turn() }),
    prompt: () => ({ type: 'prompt', ...span }),
    cancel: () => ({ type: 'cancel', atMs }),
    time: () => ({ type: 'time', atMs }),
  };
  const anything = Object.keys(make) as GuardEvent['type'][];
  const awaited: Record<GuardState, readonly GuardEvent['type'][]> = {
    idle: ['wake'],
    awake: ['request'],
    asking: ['prompt', 'answer'],
    confirming: wanted === 'dim' ? ['prompt', 'confirmation', 'time'] : ['prompt', 'confirmation'],
  };
  return make[draw(10) === 0 ? pick(anything) : pick(awaited[state])]();
}
