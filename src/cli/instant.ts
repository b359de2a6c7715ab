import { toCycleId } from '../domain/cycle-time.ts';
import { INSTANT_EXPECTED, parseInstant as parse } from '../domain/instant.ts';
import { badInput } from './failure.ts';

/** Epoch ms of an option's instant. @throws CommandFailure */
export function parseInstant(option: string, text: string): number {
  const ms = parse(text);
  if (ms === null) throw badInput(`${option} '${text}' is no instant`, INSTANT_EXPECTED);
  return ms;
}

/** The id of the cycle at an option's instant. @throws CommandFailure */
export function parseCycleId(option: string, text: string): string {
  return toCycleId(parseInstant(option, text));
}
