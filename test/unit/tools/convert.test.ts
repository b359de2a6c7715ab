/** Public records come into the backtest's format: rows in the shape of the archives, made here. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { convertBicycles } from '../../../tools/convert/bicycles.ts';
import { convertParking } from '../../../tools/convert/parking.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'bufferwatch-convert-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const csv = (lines: readonly string[]): string => `${lines.join('\n')}\n`;

async function written(folder: string): Promise<{ units: string[]; series: string[] }> {
  const lines = async (name: string) =>
    (await readFile(join(folder, name), 'utf8')).trim().split('\n').slice(1);
  return { units: await lines('units.csv'), series: await lines('series.csv') };
}

it('car parks: free places turn into levels, an empty cell is an unchanged count', async () => {
  const repository = join(scratch, 'parking');
  const month = join(repository, 'csv/2025/2025-05');
  await mkdir(month, { recursive: true });
  await writeFile(
    join(repository, 'meta-data.csv'),
    csv([
      'place_id,place_name,city_name,num_all,address,source_id',
      'town-parking-North,North,Town,100,"1 Street\n12345 Town",town',
      'town-parking-Shut,Shut,Town,100,,town',
      'town-parking-Small,Small,Town,50,,town',
      'other-parking,Other,Other,100,,other',
      'town-parking-Unknown,Unknown,Town,,,town',
      ' ',
    ]),
  );
  const header =
    'timestamp,town-parking-North,town-parking-Shut,town-parking-Small,other-parking,town-parking-Unknown';
  for (const day of ['2025-05-05', '2025-05-06'])
    await writeFile(
      join(month, `${day}.csv`),
      csv([
        header,
        `${day}T08:00:02+00:00,90,80,90,70,40`,
        `${day}T08:05:01+00:00,,0,,60,`,
        `${day}T12:00:01+00:00,1,80,,,`,
        `${day}T12:05:59+00:00,,0,,,`,
      ]),
    );
  const out = join(scratch, 'levels');
  const done = await convertParking({
    repository,
    fromMs: Date.parse('2025-05-05'),
    toMs: Date.parse('2025-05-06'),
    out,
  });
  const { units, series } = await written(out);
  // Not: a display that is shut, more free places than there are, a capacity that nobody states.
  expect(units).toEqual([
    'PARKING_OTHER-PARKING_TOTAL,PARKING,OTHER-PARKING,TOTAL,TOTAL,,100',
    'PARKING_TOWN-PARKING-NORTH_TOTAL,PARKING,TOWN-PARKING-NORTH,TOTAL,TOTAL,,100',
  ]);
  expect(series.filter((line) => line.startsWith('2025-05-05'))).toEqual([
    '2025-05-05T08:00:00Z,PARKING_OTHER-PARKING_TOTAL,30',
    '2025-05-05T08:00:00Z,PARKING_TOWN-PARKING-NORTH_TOTAL,10',
    '2025-05-05T08:05:00Z,PARKING_OTHER-PARKING_TOTAL,40',
    '2025-05-05T08:05:00Z,PARKING_TOWN-PARKING-NORTH_TOTAL,10',
    // Its operator has said nothing for four hours.
    '2025-05-05T12:00:00Z,PARKING_TOWN-PARKING-NORTH_TOTAL,99',
    '2025-05-05T12:05:00Z,PARKING_TOWN-PARKING-NORTH_TOTAL,99',
  ]);
  expect(done).toEqual({ lots: 2, rows: series.length });
});

it('bicycles: a station speaks when something changes, and its level holds', async () => {
  const start = Date.parse('2022-05-01T06:00:00Z') / 1_000;
  const columns = 'num_docks_available,num_bikes_available,num_docks_disabled,num_bikes_disabled,station_id';
  const lines = [`${columns},is_renting,is_returning,is_installed,last_reported`];
  for (let report = 0; report < 100; report += 1) {
    const ts = start + report * 600;
    for (const station of [4, 8, 15])
      lines.push(`${report % 10},${14 - (report % 10)},0,1,${station},1,1,1,${ts + station}`);
  }
  lines.push(`7,9,0,0,4,1,1,1,${start + 100 * 600}`, `0,0,0,0,4,0,0,1,${start + 101 * 600}`);
  lines.push(`5,10,0,0,23,1,1,1,${start}`);
  const file = join(scratch, '2022-05.csv');
  await writeFile(file, csv(lines));
  const out = join(scratch, 'stations');
  const done = await convertBicycles({ files: [file], every: 2, from: 0, out });
  const { units, series } = await written(out);
  // Every second one; one report in a day is too few.
  expect(units.map((line) => line.split(',').filter((_, index) => [0, 6].includes(index)))).toEqual([
    ['BICYCLES_4_TOTAL', '15'],
    ['BICYCLES_15_TOTAL', '15'],
  ]);
  expect(series.filter((line) => line.includes('_4_')).slice(0, 4)).toEqual([
    '2022-05-01T06:05:00Z,BICYCLES_4_TOTAL,15',
    '2022-05-01T06:10:00Z,BICYCLES_4_TOTAL,15',
    '2022-05-01T06:15:00Z,BICYCLES_4_TOTAL,14',
    '2022-05-01T06:20:00Z,BICYCLES_4_TOTAL,14',
  ]);
  expect(series.at(-2)).toBe('2022-05-01T22:40:00Z,BICYCLES_4_TOTAL,8');
  expect(done).toEqual({ stations: 2, rows: series.length });
});
