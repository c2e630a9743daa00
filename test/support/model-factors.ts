/** Factors as the model ledger knows them: what was asked of each customer, and what follows from it, by no code of the engine's. */
import type { FactorCommand } from '../../src/engine/customers/factor-command.ts';

export interface ModelFactor {
  readonly number: number;
  /** On whose word: nobody's but the client's, or somebody's. */
  readonly alone: boolean;
  readonly recovers: boolean;
  readonly takesPlaceOf: number | null;
  readonly deadline: number;
  state: 'waits' | 'works' | 'gone';
  /** Times of the wrong codes since the last right one. */
  wrong: number[];
  lastStep: number;
  worksFrom?: number;
}

interface ModelCustomer {
  readonly factors: ModelFactor[];
  codes: Set<string>;
}

const SECOND = 1_000_000;

/** Five wrong ones cost a quarter of an hour, five more twice that, at most a day each time; a hundred all. */
function isBarred({ wrong }: ModelFactor, now: number): boolean {
  if (wrong.length >= 100) return true;
  const fives = Math.floor(wrong.length / 5);
  const fifth = wrong[fives * 5 - 1];
  if (fifth === undefined) return false;
  let minutes = 15;
  for (let i = 1; i < fives; i++) minutes = Math.min(minutes * 2, 24 * 60);
  return now < fifth + minutes * 60 * SECOND;
}

export class ModelFactors extends Map<string, ModelCustomer> {
  carryOut(command: FactorCommand, number: number, now: number): { readonly code: string } | 'not_found' {
    const known = this.get(command.customer);
    const customer = known ?? { factors: [], codes: new Set<string>() };
    const working = customer.factors.filter(({ state }) => state === 'works');
    const find = (of: number): ModelFactor | undefined => customer.factors.find((one) => one.number === of);
    switch (command.type) {
      case 'factor.enrol': {
        const { proof, confirmWithinSeconds } = command.enrolment;
        if (!proof && working.length > 0) return { code: 'factor_proof_required' };
        if (proof?.by === 'factor') {
          if (!proof.replace && working.length >= 5) return { code: 'too_many_factors' };
          const voucher = find(proof.factor);
          if (voucher?.state !== 'works') return { code: 'factor_not_active' };
          const wrong = this.tryCode(voucher, proof.timeStep, now);
          if (wrong !== '') return { code: wrong };
        } else if (proof && !customer.codes.delete(proof.recoveryHash))
          return { code: 'recovery_code_invalid' };
        for (const one of customer.factors) if (one.state === 'waits') one.state = 'gone';
        customer.factors.push({
          number,
          alone: !proof,
          recovers: proof?.by === 'recovery',
          takesPlaceOf: proof?.by === 'factor' && proof.replace ? proof.factor : null,
          deadline: now + confirmWithinSeconds * SECOND,
          state: 'waits',
          wrong: [],
          lastStep: 0,
        });
        this.set(command.customer, customer);
        return { code: '' };
      }
      case 'factor.confirm': {
        const { factor: of, timeStep, recoveryHashes, waitSeconds } = command.confirmation;
        const factor = find(of);
        if (!factor) return 'not_found';
        if (factor.state !== 'waits' || now >= factor.deadline) return { code: 'factor_not_pending' };
        if (factor.alone && working.length > 0) return { code: 'factor_proof_required' };
        const wrong = this.tryCode(factor, timeStep, now);
        if (wrong !== '') return { code: wrong };
        for (const other of working)
          if (factor.recovers || other.number === factor.takesPlaceOf) other.state = 'gone';
        factor.state = 'works';
        factor.worksFrom = now + waitSeconds * SECOND;
        if (factor.recovers || customer.codes.size === 0) customer.codes = new Set(recoveryHashes);
        return { code: '' };
      }
      case 'factor.remove': {
        const factor = find(command.factor);
        if (!factor) return 'not_found';
        if (factor.state !== 'works') return { code: 'factor_not_active' };
        const wrong = this.tryCode(factor, command.timeStep, now);
        if (wrong !== '') return { code: wrong };
        factor.state = 'gone';
        if (working.length === 1) customer.codes = new Set();
        return { code: '' };
      }
    }
  }

  /** Something is known of the customer from now on. */
  meet(customer: string): void {
    if (!this.has(customer)) this.set(customer, { factors: [], codes: new Set() });
  }

  working(customer: string): ModelFactor[] {
    return (this.get(customer)?.factors ?? []).filter(({ state }) => state === 'works');
  }

  tryCode(factor: ModelFactor, step: number | null, now: number): string {
    if (isBarred(factor, now)) return 'factor_locked';
    if (step === null) {
      factor.wrong.push(now);
      return 'code_mismatch';
    }
    if (step <= factor.lastStep) return 'code_used';
    factor.lastStep = step;
    factor.wrong = [];
    return '';
  }
}
