import { describe, expect, it } from 'vitest';
import type { AlertRoute } from '../../../src/domain/registry.ts';
import { channelsFor } from '../../../src/domain/route.ts';
import type { Severity } from '../../../src/domain/vocabulary.ts';

const route = (channel: string, change: Partial<AlertRoute> = {}): AlertRoute => ({
  warehouse: 'FRA1',
  channel,
  workpool: null,
  unitType: null,
  minSeverity: 'WARNING',
  fallback: false,
  ...change,
});
const LANE = { warehouse: 'FRA1', workpool: 'SINGLES', unitType: 'LANE' } as const;

describe('channelsFor', () => {
  const cases: {
    name: string;
    routes: AlertRoute[];
    severity?: Severity;
    channels: string[];
    fallback?: string[];
  }[] = [
    { name: 'no route at all', routes: [], channels: [] },
    {
      name: 'every route that matches, each channel once',
      routes: [route('#a'), route('#b'), route('#a')],
      channels: ['#a', '#b'],
    },
    { name: 'a route of every warehouse', routes: [route('#all', { warehouse: null })], channels: ['#all'] },
    { name: "another warehouse's route", routes: [route('#mad', { warehouse: 'MAD1' })], channels: [] },
    {
      name: 'the workpool',
      routes: [route('#s', { workpool: 'SINGLES' }), route('#m', { workpool: 'MULTIS' })],
      channels: ['#s'],
    },
    {
      name: 'the unit type',
      routes: [route('#l', { unitType: 'LANE' }), route('#t', { unitType: 'TOTAL' })],
      channels: ['#l'],
    },
    { name: 'below the severity', routes: [route('#c', { minSeverity: 'CRITICAL' })], channels: [] },
    {
      name: 'at the severity',
      routes: [route('#c', { minSeverity: 'CRITICAL' })],
      severity: 'CRITICAL',
      channels: ['#c'],
    },
    {
      name: 'a fallback beside a match',
      routes: [route('#a'), route('#f', { fallback: true })],
      channels: ['#a'],
      fallback: ['#f'],
    },
    {
      name: 'a fallback where nothing matches, whatever its conditions',
      routes: [route('#m', { workpool: 'MULTIS' }), route('#f', { fallback: true, minSeverity: 'CRITICAL' })],
      channels: ['#f'],
      fallback: ['#f'],
    },
    {
      name: "another warehouse's fallback",
      routes: [route('#f', { warehouse: 'MAD1', fallback: true })],
      channels: [],
    },
  ];
  it.each(cases)('$name', ({ routes, severity, channels, fallback }) => {
    expect(channelsFor(routes, LANE, severity ?? 'WARNING')).toEqual({ channels, fallback: fallback ?? [] });
  });
});
