/** What one system may call otherwise than the others do. */
import { drawInteger, pick } from '../random.ts';
import type { Effect, MakeEffect } from './effect.ts';

const MINUTE = 60_000;

type Respell = (name: string) => string;

/** Still plain to people: case, a leading zero. */
const cased: Respell = (name) => name.charAt(0) + name.slice(1).toLowerCase();
const zeroed: Respell = (name) => name.replace(/\d+/, (digits) => `0${digits}`);
/** Nobody's. */
const other: Respell = (name) => `${name.slice(0, 1)}${name.length}/X9`;

const reportedAs = (name: { workpool: string; path: string }): Effect => ({
  stock: (record) => ({ ...record, ...name }),
  toldAs: name,
});

const spelling: MakeEffect = ({ random, severity, line, path }) => {
  const told = { mild: cased, medium: zeroed, severe: other }[severity];
  const process = path.stage === 'INDUCT' ? 'INDUCT' : 'PACK';
  const where = random.next();
  if (where < 0.6 || (where >= 0.8 && told(process) === process))
    return { counter: (record) => ({ ...record, path: told(record.path) }), source: 'wcs_counters' };
  if (where < 0.8)
    return { ...reportedAs({ workpool: line.workpool, path: told(path.path) }), source: 'wes_stock' };
  return {
    source: 'lms_actuals',
    actuals: (record) =>
      record.workpool === line.workpool && record.process === process
        ? { ...record, process: told(record.process) }
        : record,
  };
};

/** Late enough that a name is seen in one source before it is in the other. */
const SECOND_NAME_AFTER_MIN = [10, 30] as const;

/** Mild: both systems at once; medium: the devices some minutes later; severe: the stock system alone. */
const renamed: MakeEffect = ({ random, severity, startTs, line, path }): Effect => {
  const name = `${path.path.replace(/-?\d+$/, '')}-${drawInteger(random, 20, 40)}`;
  const laterMs = drawInteger(random, ...SECOND_NAME_AFTER_MIN) * MINUTE;
  const counterTs = { mild: startTs, medium: startTs + laterMs, severe: Infinity }[severity];
  return {
    ...reportedAs({ workpool: line.workpool, path: name }),
    counter: (record) => (record.recorded_at.getTime() >= counterTs ? { ...record, path: name } : record),
  };
};

export const nameEffects = {
  PATH_MISSING: () => ({ stock: () => null }),
  PATH_MOVED: ({ random, path, otherWorkpools }) =>
    reportedAs({ workpool: pick(random, otherWorkpools), path: path.path }),
  PATH_RENAMED: renamed,
  NAME_SPELLING: spelling,
} as const satisfies Record<string, MakeEffect>;
