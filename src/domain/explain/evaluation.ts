/** The second part of an explanation: the figures, each question asked of them, and what was proposed. */
import type { Recommendation, Test, UnitEvaluation } from '../recommendation.ts';
import { amount } from '../words/amounts.ts';
import { byFlowsText, forecastText, starvationText } from './forecast.ts';
import { counted, field, instant, number, percent, UNKNOWN, wrap } from './text.ts';

const OPERATORS: Record<Test['operator'], string> = {
  '>=': 'at least',
  '>': 'above',
  '<=': 'at most',
  '<': 'below',
  '=': 'equal to',
  is: '',
};
/** `at least`; empty where one is the other. */
export function comparison(operator: Test['operator']): string {
  return OPERATORS[operator];
}

/** Every third 5-minute step tells the shape of the coming hour on one line. */
const PROJECTION_STRIDE_MIN = 15;
/** Recorded to a tenth. */
const ROUNDING = 0.1;
/** `    YES  ` */
const TEST_INDENT = 9;

export function explainEvaluation(
  evaluation: UnitEvaluation | undefined,
  cycleTs: number,
  timezone: string,
  /** Of the data, before flow and level are held against each other. */
  dataQuality?: number,
): string[] {
  if (evaluation === undefined) return wrap('The unit was not evaluated in this cycle.', 2);
  return [
    ...field(
      'state',
      `${evaluation.state}; zone HIGH ${evaluation.highZone}, zone LOW ${evaluation.lowZone}`,
    ),
    ...field('figures', figuresText(evaluation, dataQuality)),
    ...field('projection', projectionText(evaluation, cycleTs, timezone)),
    ...forecastLines(evaluation),
    ...(evaluation.starvation ? field('starvation', starvationText(evaluation.starvation)) : []),
    ...testLines('Asked without anything to recommend from it:', silentTests(evaluation)),
    ...(evaluation.recommendations.length === 0
      ? wrap('Nothing is recommended: no question above asks for an action.', 2)
      : evaluation.recommendations.flatMap((one) => explainProposal(one, evaluation.growthUpm !== null))),
  ];
}

/** Of the warehouse itself. */
export function explainOwn(proposals: readonly Recommendation[]): string[] {
  return proposals.length === 0
    ? wrap('Nothing is recommended for it as a whole.', 2)
    : proposals.flatMap((one) => explainProposal(one, false));
}

function forecastLines({ forecast, byFlows }: UnitEvaluation): string[] {
  if (forecast === null) return [];
  return [
    ...field('forecast', forecastText(forecast)),
    ...(byFlows ? field('by flows', byFlowsText(byFlows, forecast.near.horizonMin)) : []),
  ];
}

/** What a proposal below asks too is shown there. */
function silentTests({ tests, recommendations }: UnitEvaluation): Test[] {
  const shown = new Set(recommendations.flatMap((one) => one.tests.map((test) => JSON.stringify(test))));
  return tests.filter((test) => !shown.has(JSON.stringify(test)));
}

function figuresText(evaluation: UnitEvaluation, dataQuality: number | undefined): string {
  const doubt = dataQuality !== undefined && evaluation.quality < dataQuality - ROUNDING;
  return [
    `level ${number(evaluation.wipUnits)} of ${counted(evaluation.capacityUnits, 'units')} (${percent(evaluation.fill)})`,
    `in ${number(evaluation.flowInUpm)}, out ${number(evaluation.flowOutUpm)}, growth ${number(evaluation.growthUpm)} units a minute (medians of the last 10 minutes; growth by flow or level)`,
    timeLeftText(evaluation, evaluation.growthUpm !== null),
    `cover ${counted(evaluation.coverMin, 'min')} (how long the level lasts the stations behind it)`,
    `quality ${number(evaluation.quality)}${doubt ? ' (less than that of the data: flow and level tell different stories, and the riskier one counts)' : ''}`,
  ].join('; ');
}

function projectionText(
  { projection, capacityUnits }: UnitEvaluation,
  cycleTs: number,
  timezone: string,
): string {
  if (projection.length === 0) return UNKNOWN;
  const shown = projection.filter((step) => step.inMin % PROJECTION_STRIDE_MIN === 0);
  return (shown.length === 0 ? projection : shown)
    .map(({ inMin, wipUnits }) => {
      const fill =
        capacityUnits === null || capacityUnits <= 0 ? '' : ` (${percent(wipUnits / capacityUnits)})`;
      const at = inMin === 0 ? 'now' : instant(cycleTs + inMin * 60_000, timezone).replace(/ \(.*/, '');
      return `${at} ${number(wipUnits)}${fill}`;
    })
    .join(', ');
}

function explainProposal(proposal: Recommendation, growthKnown: boolean): string[] {
  const heading = `${directionName(proposal)}: state ${proposal.state}, severity ${proposal.severity}, cause ${proposal.cause}`;
  return [
    '',
    ...wrap(heading, 2),
    ...testLines('Asked on the way, in this order:', proposal.tests),
    ...field('branch', proposal.branch),
    ...field('proposed', actionText(proposal)),
    ...field('in words', proposal.sentence),
    ...field('time left', timeLeftText(proposal, growthKnown)),
    ...field('probability', probabilityText(proposal)),
    ...field('confirmation', confirmationText(proposal)),
  ];
}

function timeLeftText(
  { ttoMin, ttsMin }: { ttoMin: number | null; ttsMin: number | null },
  growthKnown: boolean,
): string {
  const text = (minutes: number | null) =>
    minutes === null ? (growthKnown ? 'none in sight' : UNKNOWN) : `in ${number(minutes)} min`;
  return `overflow ${text(ttoMin)}, starvation ${text(ttsMin)}`;
}

function probabilityText({ probability }: Recommendation): string {
  return probability === null ? UNKNOWN : `${percent(probability)} that it happens within 60 minutes`;
}

function confirmationText({ minutesActionable, levelAndWcsAgree, atOnce }: Recommendation): string {
  if (atOnce) return 'not waited for: this forecast is told from its first cycle';
  const minutes =
    minutesActionable === null
      ? 'no flow per minute to confirm it with'
      : `action required in ${minutesActionable} of the last 10 minutes`;
  return `${minutes}; level and devices ${levelAndWcsAgree ? 'both show an emergency' : 'do not both show an emergency'}`;
}

function testLines(title: string, tests: Test[]): string[] {
  if (tests.length === 0) return [];
  return [`  ${title}`, ...tests.flatMap(testLine)];
}

/** `    YES  fill at least 0.85? It is 0.87.` */
function testLine({ name, value, operator, threshold, passed }: Test): string[] {
  const [first = '', ...rest] = wrap(
    `${questionText(name, operator, threshold)} ${answerText(value)}`.trim(),
    TEST_INDENT,
  );
  return [`    ${passed ? 'YES' : 'NO '}  ${first.trimStart()}`, ...rest];
}

function questionText(name: string, operator: Test['operator'], threshold: Test['threshold']): string {
  if (operator !== 'is') return `${name} ${comparison(operator)} ${valueText(threshold)}?`;
  return threshold === true ? `${name}?` : `${name}: ${valueText(threshold)}?`;
}

/** A plain yes or no stands before the question already. */
function answerText(value: Test['value']): string {
  if (typeof value === 'boolean') return '';
  return value === null ? 'It is not known.' : `It is ${valueText(value)}.`;
}

/** As recorded: whoever disputes a decision needs the digits that were compared. */
export function valueText(value: Test['value']): string {
  if (value === null) return UNKNOWN;
  if (value === true) return 'yes';
  if (value === false) return 'no';
  return String(value);
}

export function directionName({ direction }: { direction: Recommendation['direction'] }): string {
  return direction === '' ? 'DATA' : direction;
}

type Proposed = Pick<
  Recommendation,
  'action' | 'quantity' | 'quantityUnit' | 'process' | 'actionUnitId' | 'unitId'
> &
  Partial<Pick<Recommendation, 'fromProcess'>>;

/** By its name, as it is recorded: `ADD_STAFF, 3 people, process PACK, to be done at FRA1_SINGLES_TOTAL` */
export function actionText(proposed: Proposed): string {
  const { action, quantity, quantityUnit, process, fromProcess, actionUnitId, unitId } = proposed;
  const how =
    quantity === null
      ? action === 'NONE' || action === 'CHECK_DATA' || action === 'EMERGENCY_STOP'
        ? null
        : 'by how much is not known'
      : amount(quantity, quantityUnit);
  return [
    action,
    how,
    process === null ? null : `process ${process}`,
    fromProcess ? `from process ${fromProcess}` : null,
    actionUnitId === unitId ? null : `to be done at ${actionUnitId}`,
  ]
    .filter((part) => part !== null)
    .join(', ');
}
