/** All facts of the rule language, in the order of the reference page. */

import type { FactDefinition } from './facts/definition.ts';
import { BANK_DEFINITIONS } from './facts/of-bank.ts';
import { HISTORY_DEFINITIONS } from './facts/of-history.ts';
import { TRANSFER_DEFINITIONS } from './facts/of-transfer.ts';

export const FACT_DEFINITIONS: ReadonlyMap<string, FactDefinition> = new Map(
  [...TRANSFER_DEFINITIONS, ...HISTORY_DEFINITIONS, ...BANK_DEFINITIONS].map((one) => [one.name, one]),
);
