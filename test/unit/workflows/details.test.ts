import { expect, test } from 'vitest';
import { decide } from '../../../src/domain/suppress/decide.ts';
import { initialMemory } from '../../../src/domain/suppress/memory.ts';
import { alertState } from '../../../src/domain/suppress/state.ts';
import { describeDecision, describeWarehouse } from '../../../src/workflows/details.ts';
import { composeInput, high, WAREHOUSE } from '../suppress/scenario.ts';

const units = { U1: high(), U2: high({ severity: 'EMERGENCY' }), U3: high({ severity: 'CRITICAL' }) };
const { memory, result } = decide(initialMemory(WAREHOUSE), composeInput({ c: 1, units }, 0, 1));

test.each([
  ['a warehouse', describeWarehouse(alertState(memory))],
  ['a decision', describeDecision(WAREHOUSE, result)],
])('the worst of %s first, each with what to do in words', (_, text) => {
  expect(text.match(/EMERGENCY|CRITICAL|WARNING/g)).toEqual(['EMERGENCY', 'CRITICAL', 'WARNING']);
  expect(text).not.toMatch(/[A-Z]+_STAFF|THROTTLE_/);
});
