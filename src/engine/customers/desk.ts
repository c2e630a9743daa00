/** What use cases about customers need beside the engine: the machine's part of it is handed in by the entry points. */
import { formatLedgerId } from '../../kernel/id.ts';
import type { CustomerStore } from './store.ts';

export interface CustomerDesk {
  readonly store: CustomerStore;
  readonly machine: FactorMachine;
  /** How long a new factor waits before it can authorise a transfer, and a customer behind a raised cap or a stop. */
  readonly waitSeconds: number;
}

type SealContext = readonly [table: string, column: string, row: string];

/** Codes, seals and pictures, as src/platform does them. */
export interface FactorMachine {
  newTotpSecret(): string;
  totpUri(name: string, secret: string): string;
  /** The time step whose code this is; undefined: none near this moment. */
  totpStep(secret: string, code: string, nowMicros: number): Promise<number | undefined>;
  seal(context: SealContext, text: string): Buffer;
  /** Fails with an Error where it was sealed for another place or was changed. */
  open(context: SealContext, sealed: Buffer): string;
  /** A QR code as SVG. */
  qrCode(text: string): string;
}

/**
 * Which factor of the customer it is no number tells before its event; that its row names the digest of this very ciphertext
 * is checked where it is read (store.ts).
 */
export const FACTOR_SEED = (ledgerId: number, customer: string): SealContext => [
  'customer',
  'totp',
  `${formatLedgerId(ledgerId)}/${customer}`,
];
