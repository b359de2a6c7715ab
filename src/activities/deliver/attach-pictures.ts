/** After everything is said: a picture of the level for each alert that it helps. Never holds one, never fails one. */
import type { Transition } from '../../domain/suppress/contract.ts';
import type { WarehouseSeries } from '../../domain/series.ts';
import type { SlackMessage } from '../../slack/message.ts';
import { keepNote } from '../../slack/note.ts';
import { drawLevelChart } from '../../slack/picture/level-chart.ts';
import { pictureTitle, withPicture } from '../../slack/picture/picture-block.ts';
import type { PicturePort } from '../../slack/picture/picture-port.ts';
import { rasterize } from '../../slack/picture/rasterize.ts';
import { findOwnMessage } from '../../slack/poster.ts';
import type { RenderContext, TransitionDetail } from '../../slack/render-episode.ts';
import type { SlackPort } from '../../slack/slack-port.ts';
import type { GetArtifact } from '../dependencies.ts';
import type { TraceBody } from '../interpret.ts';
import { messageOf } from '../../failures/errors.ts';

/** A message that stands in a channel of its own, not below a summary. */
export interface ShownAlert {
  transition: Transition;
  detail: TransitionDetail;
  channelId: string;
  ts: string;
  /** As this attempt has just written it. */
  message: Pick<SlackMessage, 'text' | 'blocks'>;
}

export interface PictureDependencies {
  slack: Pick<SlackPort, 'readThread' | 'update'>;
  pictures: PicturePort;
  getArtifact: GetArtifact;
}

/** Fewer points say nothing about where a level goes. */
const FEWEST_LEVELS = 10;

/** @param mayGoOn false: no time is left. @returns what went wrong, one line each */
export async function attachPictures(
  deps: PictureDependencies,
  shown: readonly ShownAlert[],
  render: RenderContext,
  mayGoOn: () => boolean,
): Promise<string[]> {
  const problems: string[] = [];
  const files = new Map<string, string>();
  const seriesOf = new Map<string, Promise<WarehouseSeries>>();
  for (const alert of latestOfEach(shown)) {
    if (!mayGoOn()) break;
    try {
      await attach(alert);
    } catch (error) {
      problems.push(`${alert.transition.episodeId}: ${messageOf(error)}`);
      // What keeps one picture away keeps the others away too: it is the workspace, its limits or the artifacts.
      break;
    }
  }
  return problems;

  async function attach({ transition, detail, channelId, ts, message }: ShownAlert): Promise<void> {
    const key = `${transition.episodeId}/${transition.sequence}`;
    const svg = files.has(key) ? '' : await draw(transition, detail);
    if (svg === null) return;
    const alt = pictureTitle(transition);
    const fileId = files.get(key) ?? (await deps.pictures.upload(rasterize(svg), alt));
    files.set(key, fileId);
    // A read may show less than what was just written, or nothing; but where somebody has taken the alert on
    // meanwhile, that stays on it.
    const read = findOwnMessage(await deps.slack.readThread(channelId, ts), ts, transition.episodeId);
    const blocks = keepNote(message.blocks, read?.blocks ?? []);
    await deps.slack.update(channelId, ts, { text: message.text, blocks: withPicture(blocks, fileId, alt) });
  }

  async function draw(transition: Transition, { evaluation }: TransitionDetail): Promise<string | null> {
    const { direction, unitId, traceId } = transition;
    if (direction === '' || !evaluation?.capacityUnits || evaluation.projection.length === 0) return null;
    const series = (await readSeries(traceId)).units.find(({ unit }) => unit.unitId === unitId);
    const levels = series?.wip.values ?? [];
    if (!series || levels.filter((level) => level !== null).length < FEWEST_LEVELS) return null;
    return drawLevelChart({
      levels,
      projection: evaluation.projection,
      capacityUnits: evaluation.capacityUnits,
      snapshotTs: series.snapshotTs,
      timezone: render.timezone,
      direction,
    });
  }

  function readSeries(traceId: string): Promise<WarehouseSeries> {
    const read = async () => {
      const { preprocessId } = await deps.getArtifact<TraceBody>(traceId);
      return deps.getArtifact<WarehouseSeries>(preprocessId);
    };
    const known = seriesOf.get(traceId) ?? read();
    seriesOf.set(traceId, known);
    return known;
  }
}

/** Of several transitions of one message the last one is what it shows; what is over needs no picture. */
function latestOfEach(shown: readonly ShownAlert[]): ShownAlert[] {
  const byMessage = new Map(shown.map((alert) => [`${alert.channelId} ${alert.ts}`, alert]));
  return [...byMessage.values()].filter(
    ({ transition: { label, reason } }) => label !== 'CLEARED' && reason !== 'stale',
  );
}
