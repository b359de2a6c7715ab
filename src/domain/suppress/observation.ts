/** What one cycle shows of one alert key. */
import type { Direction, State, UnitType } from '../vocabulary.ts';
import type { DirectionDecision } from './contract.ts';
import type { Episode, Vote } from './memory.ts';

export interface Observation {
  unitId: string;
  unitType: UnitType;
  workpool: string;
  direction: Direction;
  key: string;
  state: State;
  quality: number;
  /** Absent where there is nothing to recommend. */
  row: DirectionDecision | null;
  actionable: boolean;
  vote: Vote | null;
  /** It is about a reading that is not believed: named, and to be told once. */
  isDoubt: boolean;
  flapping: boolean;
  /** Minutes without data up to now; 0 with data. */
  blindMinutes: number;
  /** Open before this cycle, or opened by it. */
  episode: Episode | null;
  /** The episode was open before this cycle. */
  wasOpen: boolean;
  /** Why the episode ends now. */
  ends: 'recovered' | 'removed' | 'expired' | null;
}
