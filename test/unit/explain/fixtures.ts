import type { UnitLabel } from '../../../src/domain/suppress/contract.ts';
import type { ExplainInput } from '../../../src/domain/explain/explain.ts';
import type { SourceOutcome } from '../../../src/domain/source-rows.ts';
import * as f from '../resolve/fixtures.ts';

export const answered: SourceOutcome = {
  status: 'ok',
  rows: 120,
  rejected: 0,
  problems: [],
  error: '',
  durationMs: 300,
};

export function label(change: Partial<UnitLabel> = {}): UnitLabel {
  return {
    unitId: f.TOTAL,
    direction: 'HIGH',
    state: 'OVERFLOW_RISK',
    severity: 'WARNING',
    action: 'ADD_STAFF',
    actionUnitId: f.TOTAL,
    cause: 'UNDERSTAFFED',
    quantity: 3,
    quantityUnit: 'persons',
    ttoMin: 18,
    ttsMin: null,
    quality: 82,
    label: 'NEW',
    reason: 'persistent',
    episodeId: `${f.TOTAL}:HIGH:2026-03-01T10:00:00Z`,
    winner: null,
    ...change,
  };
}

/** A total that fills up for lack of packers, with a late feed and a defect. */
export function input(change: Partial<ExplainInput> = {}): ExplainInput {
  const proposal = f.recommendation({
    unitId: f.TOTAL,
    action: 'ADD_STAFF',
    cause: 'UNDERSTAFFED',
    quantity: 3,
    quantityUnit: 'persons',
    process: 'PACK',
    ttoMin: 18,
    probability: 0.85,
    branch: 'TOTAL.high.understaffed',
    sentence: 'Add 3 people to SINGLES now: full in 18 min.',
    tests: [
      { name: 'fill', value: 0.8712, operator: '>=', threshold: 0.85, passed: true },
      { name: 'minutes to overflow', value: 18.25, operator: '<=', threshold: 15, passed: false },
      { name: 'jam', value: null, operator: 'is', threshold: true, passed: false },
      { name: 'staff short', value: true, operator: 'is', threshold: true, passed: true },
    ],
  });
  const { result } = f.settle({ recommendations: [proposal] });
  return {
    unitId: f.TOTAL,
    series: f.unitSeries(f.TOTAL, {
      wip: {
        values: [820, 871],
        provenance: ['measured', 'bridged'],
        source: 'wes_stock',
      },
      flowIn: {
        values: [41.5, null, null],
        provenance: ['measured', 'unknown', 'unknown'],
        source: 'wcs_counters',
      },
      levelSamples: [{ ts: f.CYCLE_TS - 4 * 60_000, wipUnits: 850 }],
      backlogUnits: 900,
      unitsDueByCpt: 1200,
      cptTs: Date.parse('2026-03-01T11:30:00Z'),
      quality: {
        score: 82,
        parts: { level: 0.9, flow: 0.5, headcount: null, conservation: 1 },
        coverage: 0.95,
        flowScore: 50,
      },
      defects: [
        {
          name: 'COUNTER_RESET',
          source: 'wcs_counters',
          detail: 'device C-7 fell from 5210 to 12 at 09:58',
          hard: false,
        },
      ],
    }),
    evaluation: f.unitEvaluation(f.TOTAL, {
      state: 'OVERFLOW_RISK',
      highZone: 'OVERFLOW_RISK',
      wipUnits: 871,
      fill: 0.871,
      ttoMin: 18,
      recommendations: [proposal],
      tests: [{ name: 'quality', value: 82, operator: '<', threshold: 50, passed: false }],
    }),
    resolved: result.recommendations,
    labels: [label()],
    timezone: 'Europe/Berlin',
    cycleId: f.CYCLE,
    algorithm: '1.0.0',
    sources: {
      wes_stock: answered,
      wcs_counters: { ...answered, rejected: 2, problems: ['in_total: expected a number'] },
      lms_actuals: { ...answered, status: 'absent', rows: 0, error: 'no answer within 45 s' },
      lms_plan: answered,
    },
    ...change,
  };
}
