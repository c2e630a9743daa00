/** Factors as the rows of the table write them: for the model and the fold as commands, for the server as requests with codes. */
import type { CaptureHold } from '../../src/engine/command.ts';
import type { FactorCommand } from '../../src/engine/customers/factor-command.ts';
import type { StopCommand } from '../../src/engine/customers/stop-command.ts';
import { defined } from '../../src/kernel/assert.ts';
import { codeAt, type HandClock } from '../support/operators.ts';
import type { Received } from '../support/server.ts';

/** `again` is the newest that was right; it is right for a factor that it was not used with. */
export type Code = 'right' | 'wrong' | 'again';
type Customer = 'asha' | 'ravi';

interface Of {
  readonly customer?: Customer;
}

export type FactorAsk =
  | (Of & {
      readonly ask: 'enrol';
      readonly named: string;
      readonly by?: { readonly factor: string; readonly code: Code; readonly replace: boolean };
      /** Which of the recovery codes that were told last; 99 is none of them. */
      readonly recovery?: number;
    })
  | (Of & { readonly ask: 'confirm'; readonly of: string; readonly code: Code })
  | (Of & { readonly ask: 'remove'; readonly of: string; readonly code: Code })
  /** A transfer, with a factor of the customer who owns the account of the payer. */
  | (Of & { readonly ask: 'authorize'; readonly of: string; readonly factor: string; readonly code: Code })
  | (Of & { readonly ask: 'stop' })
  | (Of & { readonly ask: 'resume'; readonly factor?: string; readonly code?: Code });

const CUSTOMERS: Readonly<Record<Customer, string>> = {
  asha: 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b',
  ravi: '0c9d2e5f-1a7b-4c3d-8e6f-5a4b3c2d1e0f',
};
const FIRST_FACTOR = { method: 'pin', at: 1_793_611_800_000_000 } as const;
/** As by default (config.ts). */
export const WAIT_SECONDS = 43_200;
const hashes = Array.from({ length: 10 }, (_, i) => `recovery-${i}`);

export const isFactorAsk = (ask: { readonly ask: string }): ask is FactorAsk =>
  ['enrol', 'confirm', 'remove', 'authorize', 'stop', 'resume'].includes(ask.ask);

/** What asks say in numbers and time steps. */
export class FactorCommands {
  #step = 60_000_000;

  of(ask: FactorAsk, numberOf: (name: string) => number): FactorCommand | StopCommand | CaptureHold {
    const customer = CUSTOMERS[ask.customer ?? 'asha'];
    if (ask.ask === 'authorize') {
      const [factor, timeStep] = [numberOf(ask.factor), this.#stepOf(ask.code)];
      const authorization = { customer, factor, timeStep, firstFactor: FIRST_FACTOR };
      return { type: 'transfer.capture', hold: numberOf(ask.of), final: true, authorization };
    }
    if (ask.ask === 'stop') return { type: 'customer.stop', customer };
    if (ask.ask === 'resume') {
      const { factor, code } = ask;
      const proof =
        factor === undefined || code === undefined
          ? undefined
          : { factor: numberOf(factor), timeStep: this.#stepOf(code) };
      return { type: 'customer.resume', customer, resumption: { proof, waitSeconds: WAIT_SECONDS } };
    }
    if (ask.ask === 'confirm') {
      const factor = numberOf(ask.of);
      const timeStep = this.#stepOf(ask.code);
      const confirmation = { factor, timeStep, recoveryHashes: hashes, waitSeconds: WAIT_SECONDS };
      return { type: 'factor.confirm', customer, confirmation };
    }
    if (ask.ask === 'remove')
      return { type: 'factor.remove', customer, factor: numberOf(ask.of), timeStep: this.#stepOf(ask.code) };
    const { by, recovery } = ask;
    const proof =
      recovery === undefined
        ? by && {
            by: 'factor' as const,
            factor: numberOf(by.factor),
            timeStep: this.#stepOf(by.code),
            replace: by.replace,
          }
        : { by: 'recovery' as const, recoveryHash: `recovery-${recovery}` };
    const enrolment = { label: null, seedDigest: '5'.repeat(64), confirmWithinSeconds: 900, proof };
    return { type: 'factor.enrol', customer, enrolment };
  }

  #stepOf(code: Code): number | null {
    if (code === 'wrong') return null;
    return code === 'right' ? ++this.#step : this.#step;
  }
}

type Send = (path: string, json: unknown) => Promise<Received>;

/** What asks say to the server, with an authenticator app for each factor. */
export class FactorRequests {
  readonly #clock: HandClock;
  readonly #foreign: string;
  readonly #factors = new Map<string, { readonly id: string; readonly secret: string }>();
  #recoveryCodes: readonly string[] = [];

  constructor(clock: HandClock, foreign: string) {
    this.#clock = clock;
    this.#foreign = foreign;
  }

  async perform(ask: FactorAsk, send: Send, transfers: ReadonlyMap<string, string>): Promise<Received> {
    if (ask.ask === 'authorize')
      return send(`/v1/transfers/${transfers.get(ask.of)}/authorize`, {
        factor: this.#factor(ask.factor).id,
        code: await this.#code(ask.factor, ask.code),
        first_factor: { method: 'pin', at: '2026-11-02T09:30:00Z' },
      });
    const customer = `/v1/customers/${CUSTOMERS[ask.customer ?? 'asha']}`;
    if (ask.ask === 'stop') return send(`${customer}/stop`, {});
    if (ask.ask === 'resume') {
      const { factor, code } = ask;
      const proof =
        factor === undefined || code === undefined
          ? {}
          : { factor: this.#factor(factor).id, code: await this.#code(factor, code) };
      return send(`${customer}/resume`, proof);
    }
    const path = `${customer}/factors`;
    if (ask.ask !== 'enrol') {
      const { id } = this.#factor(ask.of);
      const answer = await send(`${path}/${id}/${ask.ask}`, { code: await this.#code(ask.of, ask.code) });
      const { recovery_codes: codes } = answer.body as { recovery_codes?: string[] };
      if (codes) this.#recoveryCodes = codes;
      return answer;
    }
    const { by, named, recovery } = ask;
    const answer = await send(path, {
      type: 'totp',
      ...(recovery === undefined ? {} : { recovery_code: this.#recoveryCodes[recovery] ?? 'none-of-them' }),
      ...(by
        ? {
            vouched_by: {
              factor: this.#factor(by.factor).id,
              code: await this.#code(by.factor, by.code),
              replace: by.replace,
            },
          }
        : {}),
    });
    if (answer.status < 400)
      this.#factors.set(named, { id: String(answer.body['id']), secret: String(answer.body['secret']) });
    return answer;
  }

  #factor(name: string): { readonly id: string; readonly secret: string } {
    if (name === '@foreign') return { id: this.#foreign, secret: 'A'.repeat(32) };
    return defined(this.#factors.get(name), `factor ${name}`);
  }

  async #code(name: string, code: Code): Promise<string> {
    if (code === 'right') this.#clock.nextStep();
    const { secret } = this.#factor(name);
    const now = this.#clock.nowMicros();
    const around = await Promise.all([-1, 0, 1].map((step) => codeAt(secret, now + step * 30_000_000)));
    if (code !== 'wrong') return around[1] as string;
    return defined(
      ['000000', '111111', '222222', '333333'].find((wrong) => !around.includes(wrong)),
      'a code that is none of now',
    );
  }
}
