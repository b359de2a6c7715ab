import { expect, it } from 'vitest';
import { counterRowSchema } from '../../../src/domain/source-rows.ts';

it.each(['ESTOP', 'estop', ' EStop  '])('a stop is a stop however it is spelt: "%s"', (state) => {
  const row = counterRowSchema.parse({
    ...{ warehouse: 'FRA1', path: 'LANE-1', device: 'D1', in_total: '', out_total: '', recirc_total: '' },
    ...{ state, fault: '', plc_ts: '', recorded_at: '2026-03-03T08:00:00Z' },
  });
  expect(row.state).toBe('ESTOP');
});
