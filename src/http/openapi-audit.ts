/** Examples of the signed log: a log of three events, its checkpoint under a key made for it, and proofs that hold. */
import { noCheckpoint } from '../engine/audit/desk.ts';
import type { WrittenExample } from './openapi-operators.ts';

const ORIGIN = 'bahi/7d1f4c0e-9a2b-4e53-8c61-0b5f3d2a7e94/ldg_0k3m9c2';
const ROOT = 'kM/lmQ9Fqvdml7Ta2yfBetqL7dY/CEqcwXS75lYfPYs=';
const NOTE = `${ORIGIN}\n3\n${ROOT}\n\n— ${ORIGIN} EznwLy55E16G6JhQjpszIAhEeRs9vdsHfSWxp9QatypI9ifmeKhc1jM3EYCgvaiWwhNF+4PuItyaxno4aeAvBpTLLw0=\n`;
const THIRD = 'unfbAkbHg9wbvCtPdVjFf0n+oNHaTHy/lvQKEEmyxlE=';

export const AUDIT_EXAMPLES: Readonly<Record<string, WrittenExample>> = {
  'audit.checkpoint': {
    status: 200,
    input: {},
    answer: { origin: ORIGIN, size: '3', root: ROOT, note: NOTE, signed_at: '2026-11-02T09:30:01.204518Z' },
  },
  'audit.inclusion': {
    status: 200,
    input: { query: { event: '2' } },
    answer: {
      event_number: '2',
      leaf_index: '1',
      leaf_hash: '1Jf4ZBceVVT+9zLnvkP5AiKorU5/9a0g13KJDuyK0Xs=',
      tree_size: '3',
      root: ROOT,
      proof: ['/aAP6zmG/2z6aK7/R4f3xCvg74UpcvHpn9QMuMeu/yU=', THIRD],
      checkpoint: NOTE,
    },
  },
  'audit.consistency': {
    status: 200,
    input: { query: { from: '2' } },
    answer: {
      from: '2',
      from_root: 'EDr2sXVeCwhhDEZY61eAdhBVAAD8XDOS1iC7ClKnwV8=',
      to: '3',
      to_root: ROOT,
      proof: [THIRD],
      checkpoint: NOTE,
    },
  },
};

export const isAudit = (useCase: string): boolean => useCase in AUDIT_EXAMPLES;

export const refuseUnsigned = (): never => {
  throw noCheckpoint();
};
