import { counterEffects } from './counter-effects.ts';
import type { MakeEffect } from './effect.ts';
import type { SensorFaultKind } from './kinds.ts';
import { levelEffects } from './level-effects.ts';
import { nameEffects } from './name-effects.ts';
import { feedEffects } from './feed-effects.ts';

export const EFFECTS: Readonly<Record<SensorFaultKind, MakeEffect>> = {
  ...levelEffects,
  ...counterEffects,
  ...nameEffects,
  ...feedEffects,
};
