// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** Numbers as people say them. */
import type { QuantityUnit } from '../vocabulary.ts';
import { roleOf } from './places.ts';

/** Two digits are what a person acts on. */
export function number(value: number): string {
  return String(Math.abs(value) >= 10 ? Math.round(value) : Number(value.toPrecision(2)));
}

/** `3 packers`, `1 packer`, `packers` where nobody knows how many, `3 people` of whichever process else. */
export function people(count: number | null, process?: string | null): string {
  const role = roleOf(process);
  const noun = role === null ? (count === 1 ? 'person' : 'people') : count === 1 ? role : `${role}s`;
  return count === null ? noun : `${number(count)} ${noun}`;
}

/** `3 people`, `30 %`, `9 units a minute`, `1 station`; empty where the number is not known. */
export function amount(quantity: number | null, unit: QuantityUnit | null): string {
  if (quantity === null) return '';
  switch (unit) {
    case 'persons':
      return people(quantity);
    case 'percent':
      return `${number(quantity)} %`;
    case 'stations':
      return `${number(quantity)} ${quantity === 1 ? 'station' : 'stations'}`;
    case 'upm':
      return `${number(quantity)} ${quantity === 1 ? 'unit' : 'units'} a minute`;
    default:
      return number(quantity);
  }
}

/** Whole minutes that are left for sure. */
export function span(minutes: number): string {
  return minutes < 1 ? 'less than a minute' : `${Math.floor(minutes)} min`;
}

export function percent(share: number | null): string {
  return share === null ? 'unknown' : `${Math.round(share * 100)} %`;
}

/** Units per minute in front of `a minute`. */
export function rate(unitsPerMinute: number | null): string {
  return unitsPerMinute === null ? 'unknown' : String(Math.round(unitsPerMinute * 10) / 10);
}

/** `1 warehouse`, `2 warehouses` */
export function counted(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : `${noun}s`}`;
}
