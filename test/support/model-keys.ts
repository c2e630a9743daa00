/** API keys of the model ledger: which are good, and until when. */
import type { CreateApiKey, RevokeApiKey, RotateApiKey } from '../../src/engine/command-key.ts';

const MICROS = 1_000_000;

interface ModelKey {
  readonly scopes: readonly string[];
  readonly maker: string;
  ends: number | null;
  revoked: boolean;
  replaced: boolean;
}

export class ModelKeys {
  readonly #keys = new Map<number, ModelKey>();

  isGood(id: number, now: number): boolean {
    const key = this.#keys.get(id);
    return key !== undefined && !key.revoked && (key.ends === null || key.ends > now);
  }

  makerOf(id: number | undefined): string | undefined {
    return id === undefined ? undefined : this.#keys.get(id)?.maker;
  }

  has(id: number, scope: string): boolean {
    return this.#keys.get(id)?.scopes.includes(scope) ?? false;
  }

  carryOut(
    command: CreateApiKey | RevokeApiKey | RotateApiKey,
    number: number,
    now: number,
    maker: string,
  ): { readonly code: string } | 'not_found' {
    if (command.type === 'key.create') return this.#add(number, command.scopes, command.expiresAt, maker);
    const key = this.#keys.get(command.apiKey);
    if (!key || (command.type === 'key.revoke' && key.revoked)) return 'not_found';
    if (command.type === 'key.revoke') {
      key.revoked = true;
      return { code: '' };
    }
    if (key.replaced || !this.isGood(command.apiKey, now)) return { code: 'key_not_current' };
    const ends = now + command.overlapSeconds * MICROS;
    key.replaced = true;
    key.ends = key.ends !== null && key.ends < ends ? key.ends : ends;
    return this.#add(number, key.scopes, command.expiresAt, maker);
  }

  #add(
    number: number,
    scopes: readonly string[],
    ends: number | null,
    maker: string,
  ): { readonly code: string } {
    this.#keys.set(number, { scopes, maker, ends, revoked: false, replaced: false });
    return { code: '' };
  }
}
