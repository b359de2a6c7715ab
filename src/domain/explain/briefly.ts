/** A decision on one screen of a phone: what was decided, the tests that decided it, the figures, who covers whom. */
import type { Recommendation, ResolvedRecommendation, Test, UnitEvaluation } from '../recommendation.ts';
import type { Direction, State } from '../vocabulary.ts';
import { localTime } from '../words/clock.ts';
import { flowInWords } from '../words/causes.ts';
import { pathName, shortName } from '../words/places.ts';
import { shortReason } from '../words/reasons.ts';
import { severityName } from '../words/severity.ts';
import { levelOf } from '../words/trouble.ts';
import type { ExplainInput } from './explain.ts';
import { comparison, valueText } from './evaluation.ts';
import { percent, wrap } from './text.ts';

/** Of a phone's width, in the letters of a code block. */
const COLUMNS = 60;
const MOST_TESTS = 4;
const FEWEST_TESTS = 3;
/** Of a sentence; its rest is in the whole trace. */
const SENTENCE_LINES = 3;
const NAMED = 3;

/** @param direction of the alert that is asked about; where nothing is recommended in it, what is comes in its place */
export function explainBriefly(input: ExplainInput, direction: Direction): string {
  const { unitId, evaluation, timezone, cycleId } = input;
  const own = input.resolved.filter((one) => one.unitId === unitId);
  const decided = own.find((one) => one.direction === direction) ?? own[0];
  const spokenFor = input.resolved.filter((one) => one.winner === unitId);
  return [
    `${shortName(unitId)} at ${localTime(cycleId, timezone)}`,
    ...decisionLines(decided, evaluation),
    ...labelLine(input, decided),
    ...testLines(decided?.tests ?? evaluation?.tests ?? []),
    ...figureLines(decided, evaluation),
    ...coverLines(decided, spokenFor),
    ...wrap(`The whole: bufferwatch explain ${unitId} --cycle ${cycleId}`, 0, 2, COLUMNS),
  ].join('\n');
}

function decisionLines(
  decided: Recommendation | undefined,
  evaluation: UnitEvaluation | undefined,
): string[] {
  const text =
    decided?.sentence ??
    `Nothing is to be done: ${evaluation === undefined ? 'it was not looked at' : stateName(evaluation.state)}.`;
  const lines = wrap(text, 0, 0, COLUMNS);
  if (lines.length <= SENTENCE_LINES) return lines;
  return [...lines.slice(0, SENTENCE_LINES - 1), clip(lines.slice(SENTENCE_LINES - 1).join(' '))];
}

/** `OVERFLOW_RISK` -> `overflow risk` */
function stateName(state: State): string {
  return state.toLowerCase().replaceAll('_', ' ');
}

/** `Warning, told: it lasts` */
function labelLine({ labels, unitId }: ExplainInput, decided: Recommendation | undefined): string[] {
  if (decided === undefined) return [];
  const found = labels.find((one) => one.unitId === unitId && one.direction === decided.direction);
  const severity = severityName(decided.severity);
  if (found === undefined || found.label === null) return [`${severity}, not told`];
  const told = found.label === 'SUPPRESSED' ? 'not told' : 'told';
  return [clip(`${severity}, ${told}: ${shortReason(found.label, found.reason)}`)];
}

function testLines(tests: readonly Test[]): string[] {
  const decisive = decisiveTests(tests).map((test) => clip(`- ${testText(test)}`));
  return decisive.length === 0 ? [] : ['Decided by:', ...decisive];
}

/** The last ones that held, each question once; where these are few, the last that did not. In the order asked. */
function decisiveTests(tests: readonly Test[]): Test[] {
  const lastOfEach = tests.filter(
    ({ name, passed }, at) =>
      !tests.slice(at + 1).some((later) => later.name === name && later.passed === passed),
  );
  const held = lastOfEach.filter(({ passed }) => passed).slice(-MOST_TESTS);
  const missing = Math.max(0, FEWEST_TESTS - held.length);
  const failed = lastOfEach.filter(({ passed, value }) => !passed && value !== null);
  const chosen = new Set([...held, ...failed.slice(failed.length - missing)]);
  return tests.filter((test) => chosen.has(test));
}

/** `what staff can pass, units a minute: 31, below 42` */
function testText({ name, value, operator, threshold, passed }: Test): string {
  if (typeof value === 'boolean') return `${name}: ${valueText(value)}`;
  return `${name}: ${shortValue(value)}, ${passed ? '' : 'not '}${comparison(operator)} ${shortValue(threshold)}`;
}

/** Three digits; the whole trace has those that were compared. */
function shortValue(value: Test['value']): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(3))) : valueText(value);
}

function figureLines(decided: Recommendation | undefined, evaluation: UnitEvaluation | undefined): string[] {
  const quality = decided?.quality ?? evaluation?.quality;
  const odds = decided?.probability ?? null;
  const facts = [
    ...(odds === null ? [] : [`${percent(odds)} likely within the hour`]),
    ...(quality === undefined ? [] : [`data quality ${Math.round(quality)} of 100`]),
  ];
  const level = evaluation ? levelOf(evaluation) : '';
  const flow = evaluation ? flowInWords(evaluation) : '';
  return [level, flow, facts.join(', ')].filter((text) => text !== '').map((text) => `${capitalized(text)}.`);
}

function coverLines(
  decided: ResolvedRecommendation | undefined,
  spokenFor: readonly ResolvedRecommendation[],
): string[] {
  const names = [...new Set(spokenFor.map((one) => pathName(one.unitId)))];
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return [
    ...(decided?.winner ? [clip(`Covered by ${shortName(decided.winner)}.`)] : []),
    ...(decided?.held ? ['Held back by a rule.'] : []),
    ...(names.length > 0 ? [clip(`Speaks for ${names.slice(0, NAMED).join(', ')}${more}.`)] : []),
  ];
}

function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function clip(line: string): string {
  return line.length <= COLUMNS ? line : `${line.slice(0, COLUMNS - 1)}…`;
}
