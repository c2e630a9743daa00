/** What a script is made of. */
import type { Actor, Command } from '../../src/engine/command.ts';

export interface Intent {
  readonly key: string;
  readonly command: Command;
  /** It approves this proposal, whose command it is; by the hash of something else, where that is not right. */
  readonly approves?: { readonly proposal: number; readonly isRightHash: boolean };
}

/** One thing that a client sends: a command, or several as an atomic group. */
export interface Step {
  readonly actor: Actor;
  readonly intents: readonly Intent[];
  readonly atomic: boolean;
  /** Seconds that have passed since the step before; none where time is real. */
  readonly later?: number;
}
