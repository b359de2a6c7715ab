// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/**
 * How the decisions of a cycle travel into workflow histories: one line of text a unit, at most 300 bytes as JSON
 * for ids of up to 100 characters, e.g. `FRA1_SINGLES_LANE-1 L or or ok 88 0.9|H or tpa sk w 20% 12.3 - 10 - 3 3`; by rules 5 with whose people it is
 * about, e.g. `|L sr ms st a 12p - 9 - - 0 - PACK>PICK`.
 * Codes are never given a new meaning: histories that were recorded with them are replayed for months.
 */
import type { DirectionDecision, PackedUnit, UnitDecision } from './contract.ts';
import { parseUnitId } from '../units.ts';
import { namesPeople } from './rules.ts';
import type {
  Action,
  Alarm,
  Cause,
  HighZone,
  LowZone,
  QuantityUnit,
  Severity,
  State,
  UnitType,
} from '../vocabulary.ts';

const UNIT_TYPE = codes<UnitType>({ TOTAL: 'T', INDUCT: 'I', LANE: 'L' });
const STATE = codes<State>({
  OK: 'ok',
  NOT_SCHEDULED: 'ns',
  WATCH_LOW: 'wl',
  WATCH_HIGH: 'wh',
  UNKNOWN: 'u',
  STARVE_RISK: 'sr',
  OVERFLOW_RISK: 'or',
  STARVED: 's',
  OVERFLOW: 'o',
});
const HIGH_ZONE = codes<HighZone>({ OK: 'ok', WATCH_HIGH: 'wh', OVERFLOW_RISK: 'or', OVERFLOW: 'o' });
const LOW_ZONE = codes<LowZone>({ OK: 'ok', WATCH_LOW: 'wl', STARVE_RISK: 'sr', STARVED: 's' });
const ACTION = codes<Action>({
  ADD_STAFF: 'as',
  REMOVE_STAFF: 'rs',
  MOVE_STAFF: 'ms',
  THROTTLE_INDUCT: 'ti',
  RELEASE_INDUCT: 'ri',
  THROTTLE_PICKING_ALL: 'tpa',
  RELEASE_PICKING_ALL: 'rpa',
  REBALANCE_CAPACITY: 'rc',
  EMERGENCY_STOP: 'es',
  CHECK_DATA: 'cd',
  NONE: 'no',
});
const CAUSE = codes<Cause>({
  BLOCKED: 'bl',
  STARVED: 'st',
  JAM: 'ja',
  UNDERSTAFFED: 'un',
  RATE_FALL: 'rf',
  SURGE: 'su',
  SKEW: 'sk',
  UPSTREAM_STOP: 'us',
  NO_DEMAND: 'nd',
  UNKNOWN: 'u',
});
const SEVERITY = codes<Severity>({ NONE: 'n', WATCH: 'w', WARNING: 'a', CRITICAL: 'c', EMERGENCY: 'e' });
const QUANTITY_UNIT = codes<QuantityUnit>({ persons: 'p', percent: '%', upm: 'u', stations: 's' });
/** Among the flags. */
const ALARM = codes<Alarm>({ STOP_FLAG: 's', RECIRCULATION: 'r' });
const DIRECTION = codes<'high' | 'low' | 'data'>({ high: 'H', low: 'L', data: 'D' });

/** Unknown, or none. */
const NOTHING = '-';

/** Of one line as JSON, its comma included. */
const MOST_BYTES = 300;

/**
 * The name of the rule that withheld a recommendation stays behind: nothing is decided by it, and the trace has it.
 * @param rules by which they will be decided: older ones read no more than what was carried then
 */
export function packUnits(units: readonly UnitDecision[], rules: number): PackedUnit[] {
  const rows = new Map(units.map(({ unitId }, row) => [unitId, row]));
  return units.map((unit) => {
    const { unitId, unitType, state, highZone, lowZone, quality, fill } = unit;
    const itself = [
      unitId,
      UNIT_TYPE.of(unitType),
      STATE.of(state),
      HIGH_ZONE.of(highZone),
      LOW_ZONE.of(lowZone),
      quality,
      fill ?? NOTHING,
    ];
    const pack = (peopleOf: (one: DirectionDecision) => string): string => {
      const directions = (['high', 'low', 'data'] as const).flatMap((name) => {
        const one = unit[name];
        return one ? [`${DIRECTION.of(name)} ${packDirection(one, rows)}${peopleOf(one)}`] : [];
      });
      return [itself.join(' '), ...directions].join('|');
    };
    const line = namesPeople({ rules }) ? pack(packPeople) : '';
    // Whose people it is about is the one part that may be missing.
    return line !== '' && isShort(line) ? line : pack(() => '');
  });
}

/** What was packed for newer rules, for older ones. */
export function repackUnits(rows: readonly (UnitDecision | PackedUnit)[], rules: number): PackedUnit[] {
  return packUnits(unpackUnits(rows), rules);
}

/** ` PACK`, or ` PICK>PACK` where they go from one to the other. */
function packPeople({ process, fromProcess }: DirectionDecision): string {
  if (process === undefined) return '';
  const from = fromProcess === undefined ? '' : `${encodeURIComponent(fromProcess)}>`;
  return ` ${from}${encodeURIComponent(process)}`;
}

/** Nothing in a line takes more than one byte, or is escaped. */
function isShort(line: string): boolean {
  return line.length + '"",'.length <= MOST_BYTES;
}

function packDirection(one: DirectionDecision, rows: ReadonlyMap<string, number>): string {
  // A unit of this very list is named by its row.
  const place = (unitId: string): number | string => rows.get(unitId) ?? unitId;
  const alarm = one.alarm === undefined ? '' : ALARM.of(one.alarm);
  const flags = `${one.levelAndWcsAgree ? 'a' : ''}${one.atOnce ? 'f' : ''}${one.held ? 'h' : ''}${alarm}`;
  return [
    STATE.of(one.state),
    ACTION.of(one.action),
    CAUSE.of(one.cause),
    SEVERITY.of(one.severity),
    `${one.quantity ?? NOTHING}${one.quantityUnit === null ? '' : QUANTITY_UNIT.of(one.quantityUnit)}`,
    one.ttoMin ?? NOTHING,
    one.ttsMin ?? NOTHING,
    one.minutesActionable ?? NOTHING,
    flags || NOTHING,
    place(one.actionUnitId),
    one.winner === null ? NOTHING : place(one.winner),
  ].join(' ');
}

/**
 * Reads both: packed lines, and the objects of histories that were recorded before there were any.
 * @throws RangeError that names the row and what is wrong with it.
 */
export function unpackUnits(rows: readonly (UnitDecision | PackedUnit)[]): UnitDecision[] {
  const ids = rows.map((row) => (typeof row === 'string' ? (row.split(' ')[0] ?? '') : row.unitId));
  return rows.map((row, at) => {
    if (typeof row !== 'string') return row;
    try {
      return unpackUnit(row, ids);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new RangeError(`units[${at}] is ${JSON.stringify(row)}: ${error.message}`);
    }
  });
}

function unpackUnit(row: PackedUnit, ids: readonly string[]): UnitDecision {
  const [itself = '', ...directions] = row.split('|');
  const [unitId = '', unitType, state, highZone, lowZone, quality, fill] = fieldsOf(itself, 7);
  const parts = parseUnitId(unitId);
  if (parts === null) throw new RangeError(`${unitId} is no unit id`);
  return {
    unitId,
    unitType: UNIT_TYPE.read(unitType),
    workpool: parts.workpool,
    state: STATE.read(state),
    highZone: HIGH_ZONE.read(highZone),
    lowZone: LOW_ZONE.read(lowZone),
    quality: readKnown(quality),
    fill: readNumber(fill),
    ...Object.fromEntries(directions.map((text) => unpackDirection(text, ids))),
  };
}

function unpackDirection(text: string, ids: readonly string[]): [string, DirectionDecision] {
  const [
    name,
    state,
    action,
    cause,
    severity,
    amount = '',
    tto,
    tts,
    minutes,
    flags = '',
    place,
    winner,
    who,
  ] = fieldsOf(text, 12, 1);
  const unit = /[^\d.e+-]$/u.exec(amount)?.[0];
  const alarm = /[sr]/.exec(flags)?.[0];
  const decision = {
    state: STATE.read(state),
    action: ACTION.read(action),
    cause: CAUSE.read(cause),
    severity: SEVERITY.read(severity),
    quantity: readNumber(unit === undefined ? amount : amount.slice(0, -1)),
    quantityUnit: unit === undefined ? null : QUANTITY_UNIT.read(unit),
    actionUnitId: readPlace(place, ids),
    ...readPeople(who),
    ttoMin: readNumber(tto),
    ttsMin: readNumber(tts),
    minutesActionable: readNumber(minutes),
    levelAndWcsAgree: flags.includes('a'),
    ...(flags.includes('f') ? { atOnce: true } : {}),
    ...(alarm === undefined ? {} : { alarm: ALARM.read(alarm) }),
    winner: winner === NOTHING ? null : readPlace(winner, ids),
    rule: null,
    held: flags.includes('h'),
  };
  return [DIRECTION.read(name), decision];
}

function readPeople(text: string | undefined): Pick<DirectionDecision, 'process' | 'fromProcess'> {
  if (text === undefined) return {};
  const [process = '', fromProcess] = text.split('>').map(readName).toReversed();
  return fromProcess === undefined ? { process } : { process, fromProcess };
}

function readName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RangeError(`${text} is no name`);
  }
}

/** `more`: how many may follow that older rules did not carry. */
function fieldsOf(text: string, count: number, more = 0): string[] {
  const fields = text.split(' ');
  if (fields.length >= count && fields.length <= count + more) return fields;
  throw new RangeError(`"${text}" has ${fields.length} fields, expected ${count}`);
}

function readNumber(text: string | undefined): number | null {
  if (text === NOTHING) return null;
  const value = Number(text === '' ? Number.NaN : text);
  if (Number.isFinite(value)) return value;
  throw new RangeError(`${text} is no number`);
}

function readKnown(text: string | undefined): number {
  const value = readNumber(text);
  if (value === null) throw new RangeError('the quality is missing');
  return value;
}

/** A unit id has an underscore, a row has none. */
function readPlace(text: string | undefined, ids: readonly string[]): string {
  const unitId = text?.includes('_') ? text : ids[Number(text)];
  if (unitId === undefined) throw new RangeError(`${text} is no row of ${ids.length}`);
  return unitId;
}

function codes<Word extends string>(byWord: Record<Word, string>) {
  const words = new Map(Object.entries<string>(byWord).map(([word, code]) => [code, word as Word]));
  return {
    of: (word: Word): string => byWord[word],
    read: (code: string | undefined): Word => {
      const word = words.get(code ?? '');
      if (word === undefined)
        throw new RangeError(`${code} is no code, expected one of ${[...words.keys()].join(' ')}`);
      return word;
    },
  };
}
