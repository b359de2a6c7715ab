/** Instants among a tool's arguments, by the program's own reader. */
import { InvalidArgumentError } from 'commander';
import { INSTANT_EXPECTED, parseInstant, parseRecordedInstant } from '../src/domain/instant.ts';

/** Epoch ms. @throws InvalidArgumentError */
export function instantArgument(text: string): number {
  const ms = parseInstant(text);
  if (ms === null) throw new InvalidArgumentError(INSTANT_EXPECTED);
  return ms;
}

/** Epoch ms of the start of a UTC day. @throws InvalidArgumentError */
export function dayArgument(text: string): number {
  const ms = text.length === 10 ? parseRecordedInstant(text) : null;
  if (ms === null) throw new InvalidArgumentError('expected a day such as 2025-05-05');
  return ms;
}
