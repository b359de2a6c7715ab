// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/**
 * Which standing alert speaks for another one. Substep 2 names winners; here a winner counts only while people
 * are told of it: its episode is open and was or will be shown, in this warehouse, and nothing speaks for it in turn.
 */
import { severityRank } from '../vocabulary.ts';
import type { CycleId } from '../vocabulary.ts';
import { sourceOf } from '../units.ts';
import { isMuted } from './memory.ts';
import type { WarehouseMemory } from './memory.ts';
import type { Observation } from './observation.ts';

/** Stands for the alert of the whole network, where it is the winner. */
export const NETWORK = 'network';

export interface Subsumption {
  /** The surviving unit that speaks for this observation; null where it speaks for itself. */
  winnerOf(observation: Observation): string | null;
  /** The warehouse alert, for whatever is silent for lack of data. */
  blindWinner(): string | null;
  /** The unit's alert is open after this cycle. */
  isOpen(unitId: string): boolean;
}

export function relateWinners(
  memory: WarehouseMemory,
  cycleId: CycleId,
  observations: Observation[],
  /** The network's own alert speaks for this warehouse's lack of data. */
  { coversWarehouse }: { coversWarehouse: boolean } = { coversWarehouse: false },
): Subsumption {
  const { warehouse } = memory;
  const byUnit = new Map<string, Observation[]>();
  for (const observation of observations) {
    // A unit's own lack of data speaks for no other. A denied source does, and a blind warehouse; its notice of names does not.
    const speaks =
      observation.unitId === warehouse
        ? isBlindness(observation)
        : observation.direction !== '' || sourceOf(observation.unitId) !== null;
    if (!speaks) continue;
    const rows = byUnit.get(observation.unitId);
    if (rows) rows.push(observation);
    else byUnit.set(observation.unitId, [observation]);
  }
  const rowsOf = (unitId: string): Observation[] => byUnit.get(unitId) ?? [];
  const standingRows = (unitId: string): Observation[] =>
    rowsOf(unitId).filter((row) => row.actionable && isTold(row));
  const isTold = ({ unitId, row, episode }: Observation): boolean => {
    if (episode === null || row === null) return false;
    if (episode.sequence > 0) return true;
    return !row.held && (row.severity === 'EMERGENCY' || !isMuted(memory, unitId, cycleId));
  };
  const isOpen = (unitId: string): boolean =>
    rowsOf(unitId).some(({ episode, ends }) => episode !== null && ends === null);
  /** Its alert is on the way out: whoever it spoke for waits for its CLEARED. */
  const isLeaving = (unitId: string): boolean =>
    isOpen(unitId) &&
    rowsOf(unitId).every(({ actionable }) => !actionable) &&
    rowsOf(unitId).some(({ wasOpen, vote, ends }) => wasOpen && vote === 'G' && ends === null);

  return { winnerOf, blindWinner, isOpen };

  function winnerOf(observation: Observation): string | null {
    if (observation.unitId === warehouse)
      return coversWarehouse && observation.direction === '' ? NETWORK : null;
    const survivor =
      observation.direction === ''
        ? (blindWinner() ?? sourceWinner(observation.row?.winner ?? null))
        : findSurvivor(observation.unitId, observation.row?.winner);
    if (survivor !== null && survivor !== observation.unitId) return survivor;
    const before = observation.episode?.subsumedBy ?? null;
    return before !== null && isLeaving(before) ? before : null;
  }

  function blindWinner(): string | null {
    return standingRows(warehouse).length > 0 || isLeaving(warehouse) ? warehouse : null;
  }

  function sourceWinner(winner: string | null): string | null {
    return winner !== null && sourceOf(winner) !== null && standingRows(winner).length > 0 ? winner : null;
  }

  /** Follows the winners to the one that nothing standing speaks for; of a circle, its strongest member. */
  function findSurvivor(unitId: string, winner: string | null | undefined): string | null {
    const path = [unitId];
    let next = winner ?? null;
    while (next !== null && next !== path.at(-1)) {
      const start = path.indexOf(next);
      if (start >= 0) return strongest(path.slice(start));
      if (standingRows(next).length === 0) break;
      path.push(next);
      const winners = standingRows(next).map(({ row, unitId: own }) =>
        row?.winner === own ? null : (row?.winner ?? null),
      );
      next = winners.includes(null) ? null : (winners.toSorted(byText)[0] ?? null);
    }
    return path.at(-1) ?? null;
  }

  function strongest(unitIds: string[]): string | null {
    const rank = (unitId: string): number =>
      Math.max(...rowsOf(unitId).map(({ row }) => severityRank(row?.severity ?? 'NONE')));
    return unitIds.toSorted((a, b) => rank(b) - rank(a) || byText(a, b))[0] ?? null;
  }
}

/** A notice of names that fit nothing says nothing of the units. */
function isBlindness({ direction, row, episode, state }: Observation): boolean {
  return direction === '' && (row ?? episode?.latest ?? { state }).state === 'UNKNOWN';
}

function byText(a: string | null, b: string | null): number {
  return (a ?? '') < (b ?? '') ? -1 : 1;
}
