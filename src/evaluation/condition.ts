import { ConfigError } from '../errors.js';

/** What is done to a recording, by name. */
export type EffectName = `snr ${number}` | `playback ${number}` | `level ${number}` | 'codec mulaw';

/** How a positive is heard: as recorded, or as one effect, a room, or one effect in a room leave it. */
export type Condition = 'clean' | 'room' | EffectName | `room ${EffectName}`;

/** Codecs that recordings can be sent through. */
export const CODECS = ['mulaw'] as const;
/** One of {@link CODECS}: `mulaw` is a telephone line, 8 kHz and G.711 µ-law. */
export type Codec = (typeof CODECS)[number];

/** How recordings are changed before an engine hears them; each value is a condition of its own. */
export interface Mixing {
  /** SNRs in dB; needs noise. */
  readonly snrDb: readonly number[];
  /** Ratios of speech to the device's own playback in dB; needs playback. */
  readonly playbackDb?: readonly number[];
  /** Levels of far speech in dBFS. */
  readonly levelDbfs?: readonly number[];
  readonly codecs?: readonly Codec[];
  /** Fixes which noise, which playback and which room each recording gets. */
  readonly seed: number;
}

/** Something that is done to a recording. */
export type Effect =
  | { readonly kind: 'snr' | 'playback' | 'level'; readonly db: number }
  | { readonly kind: 'codec'; readonly codec: Codec };

/** A condition taken apart. */
export interface ConditionSpec {
  readonly name: Condition;
  /** Whether speech comes through a room before anything else happens to it. */
  readonly inRoom: boolean;
  readonly effect: Effect | null;
}

/**
 * The conditions of an evaluation, in the order in which they are reported: clean, then each effect alone, loud before
 * faint; with rooms, all of that once more in a room. Effects are not combined with each other. However the values are
 * ordered or repeated, the list is the same.
 */
export function conditionsOf(mixing: Mixing, hasRooms: boolean): ConditionSpec[] {
  const { snrDb, playbackDb = [], levelDbfs = [], codecs = [] } = mixing;
  const ofKind = (kind: 'snr' | 'playback' | 'level', values: readonly number[]): Effect[] =>
    [...new Set(values)].sort((a, b) => b - a).map((db) => ({ kind, db }));
  const effects: (Effect | null)[] = [
    null,
    ...ofKind('snr', snrDb),
    ...ofKind('playback', playbackDb),
    ...ofKind('level', levelDbfs),
    ...[...new Set(codecs)].map((codec): Effect => ({ kind: 'codec', codec })),
  ];
  return (hasRooms ? [false, true] : [false]).flatMap((inRoom) =>
    effects.map((effect) => ({ name: nameOf(inRoom, effect), inRoom, effect })),
  );
}

/**
 * Refuses levels without the recordings that they need, and recordings without levels.
 *
 * @throws ConfigError that names which
 */
export function requireMixable(
  { snrDb, playbackDb = [] }: Pick<Mixing, 'snrDb' | 'playbackDb'>,
  { noise, playback = [] }: { readonly noise: readonly unknown[]; readonly playback?: readonly unknown[] },
): void {
  for (const [option, ratios, manifests, unit] of [
    ['noise', snrDb, noise, 'SNRs'],
    ['playback', playbackDb, playback, 'ratios'],
  ] as const) {
    if (ratios.length > 0 === manifests.length > 0) continue;
    throw new ConfigError(option, {
      expected: `${option} manifests and ${unit}, or neither`,
      actual: `${manifests.length} manifests and ${ratios.length} ${unit}`,
    });
  }
}

function nameOf(inRoom: boolean, effect: Effect | null): Condition {
  if (!effect) return inRoom ? 'room' : 'clean';
  const name: EffectName = effect.kind === 'codec' ? `codec ${effect.codec}` : `${effect.kind} ${effect.db}`;
  return inRoom ? `room ${name}` : name;
}
