import { badInput } from './failure.ts';

/** Epoch ms of an option's instant. */
export function parseInstant(option: string, text: string): number {
  const ms = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(ms))
    throw badInput(`${option} '${text}'`, 'expected an ISO 8601 instant such as 2026-03-01T10:05:00Z');
  return ms;
}
