import { ConfigError, StateError } from '../errors.js';

/** What a held buffer is. A `message` is what an act would send: none is held before the act. */
export type AudioPurpose = 'preRoll' | 'utterance' | 'message';

/** A buffer of audio that the app owns and the guard may have to wipe. */
export interface AudioHandle {
  readonly name: string;
  readonly purpose: AudioPurpose;
  /** Overwrites the buffer with zeros. Called once. */
  zero(): void;
}

/** What became of a buffer. `handedOver`: a message that a confirmed act allowed the app to keep. */
export type AudioFate = 'held' | 'zeroed' | 'handedOver' | 'notZeroed';

/** One buffer's history. */
export interface AuditEntry {
  readonly name: string;
  readonly purpose: AudioPurpose;
  readonly chain: number;
  readonly sinceMs: number;
  /** Null while it is held. */
  readonly untilMs: number | null;
  readonly fate: AudioFate;
  /** Why it was kept, or why it is no more. */
  readonly why: string;
}

/** How many past buffers an audit lists. */
const auditLength = 256;

/** The buffers of the present chain, and what became of past ones. */
export class Retention {
  #held: { handle: AudioHandle; entry: AuditEntry }[] = [];
  #past: AuditEntry[] = [];
  /** What was confirmed and allows one message; null where nothing does. */
  #permit: { readonly chain: number; readonly act: string } | null = null;

  /** An act was decided: it allows one message. */
  permit(chain: number, act: string): void {
    this.#permit = { chain, act };
  }

  /** A new chain began, or everything did: what was allowed before is no more. */
  revoke(): void {
    this.#permit = null;
  }

  /**
   * Takes a buffer into care while a chain is open; without one it is zeroed at once, and so is a message without a
   * confirmed act.
   *
   * @param chain the open chain; 0 where there is none
   */
  hold(handle: AudioHandle, chain: number, atMs: number): void {
    if (typeof handle?.zero !== 'function') {
      throw new ConfigError('handle', { expected: 'an object with zero()', actual: typeof handle?.zero });
    }
    const { name, purpose } = handle;
    const entry: AuditEntry = {
      name,
      purpose,
      chain,
      sinceMs: atMs,
      untilMs: null,
      fate: 'held',
      why: 'a chain is open: may be needed for a second look or a comparison of voices',
    };
    if (purpose === 'message') this.#takeMessage(handle, entry, atMs);
    else if (chain === 0) this.#end(handle, entry, atMs, 'no chain is open');
    else this.#held.push({ handle, entry });
  }

  /** Gives up all buffers. @returns the names of those that could not be zeroed */
  zeroAll(atMs: number, why: string): string[] {
    const held = this.#held;
    this.#held = [];
    return held
      .filter(({ handle, entry }) => !this.#end(handle, entry, atMs, why))
      .map(({ entry }) => entry.name);
  }

  /** What is held, and what became of the last ones that were, oldest first. */
  audit(): AuditEntry[] {
    return [...this.#past, ...this.#held.map(({ entry }) => entry)];
  }

  #takeMessage(handle: AudioHandle, entry: AuditEntry, atMs: number): void {
    const permit = this.#permit;
    if (permit === null) {
      this.#end(handle, entry, atMs, 'nothing is recorded for sending before the act is confirmed');
      throw new StateError('guard.hold', 'no confirmed act', {
        expected: 'one message after the decision to act',
        remedy: 'Its buffer was zeroed. Start to record when the guard decides `act`.',
      });
    }
    this.#permit = null;
    this.#log({
      ...entry,
      chain: permit.chain,
      untilMs: atMs,
      fate: 'handedOver',
      why: `"${permit.act}" of chain ${permit.chain} was confirmed`,
    });
  }

  #end(handle: AudioHandle, entry: AuditEntry, atMs: number, why: string): boolean {
    let fate: AudioFate = 'zeroed';
    let reason = why;
    try {
      handle.zero();
    } catch (error) {
      fate = 'notZeroed';
      reason = `${why}; zero() failed: ${String(error)}`;
    }
    this.#log({ ...entry, untilMs: atMs, fate, why: reason });
    return fate === 'zeroed';
  }

  #log(entry: AuditEntry): void {
    this.#past.push(entry);
    if (this.#past.length > auditLength) this.#past.shift();
  }
}
