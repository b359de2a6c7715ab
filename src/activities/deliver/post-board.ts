/** dev's board: every unit of the warehouse, the healthy ones too, in each channel that gets its alerts. */
import type { Transition } from '../../domain/suppress/contract.ts';
import type { EvaluateResult } from '../../domain/recommendation.ts';
import { boardChannels } from '../../domain/route.ts';
import type { WarehouseSeries } from '../../domain/series.ts';
import type { CycleId } from '../../domain/vocabulary.ts';
import type { SlackMessage } from '../../slack/message.ts';
import { renderDevBoard } from '../../slack/render-board.ts';
import type { RenderContext } from '../../slack/render-episode.ts';
import type { ArtifactRef } from '../../store/artifact.ts';
import type { GetArtifact } from '../dependencies.ts';
import type { TraceBody } from '../interpret.ts';
import type { ReadSettings } from '../settings.ts';

export interface BoardInput {
  warehouse: { code: string };
  cycleId: CycleId;
  /** Trace of this cycle's decisions; it names the evaluation and the series. */
  traceId: string;
  /** The cycle's snapshot: the board goes to the routes in it. */
  snapshot: ArtifactRef;
}

/** What is to be posted where; null where nothing was evaluated: the warehouse is being switched off. */
export async function prepareBoard(
  deps: { getArtifact: GetArtifact; readSettings: ReadSettings },
  { warehouse, cycleId, traceId, snapshot }: BoardInput,
  outbox: readonly Transition[],
  render: RenderContext,
): Promise<{ message: SlackMessage; channels: string[] } | null> {
  const trace = await deps.getArtifact<Partial<TraceBody>>(traceId);
  if (trace.evaluateId === undefined || trace.preprocessId === undefined) return null;
  const [evaluation, { blind }, { routes }] = await Promise.all([
    deps.getArtifact<EvaluateResult>(trace.evaluateId),
    deps.getArtifact<WarehouseSeries>(trace.preprocessId),
    deps.readSettings(snapshot, warehouse.code),
  ]);
  const transitions = outbox.filter((each) => each.cycleId === cycleId);
  const board = { warehouseCode: warehouse.code, cycleId, evaluation, transitions, blind };
  return { message: renderDevBoard(board, render), channels: boardChannels(routes) };
}
