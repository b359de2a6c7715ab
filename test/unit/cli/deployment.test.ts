import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { createProgram } from '../../../src/cli/program.ts';
import { SECRET_SETTINGS, settingsSchema } from '../../../src/config/settings.ts';

const root = new URL('../../../', import.meta.url);
const read = (path: string) => readFile(new URL(path, root), 'utf8');

const composeSchema = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string().optional(),
      command: z.array(z.string()).optional(),
      environment: z.record(z.string(), z.string()).optional(),
      secrets: z.array(z.string()).optional(),
      depends_on: z.record(z.string(), z.object({ condition: z.string() })).optional(),
      healthcheck: z.object({ test: z.array(z.string()) }).optional(),
    }),
  ),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
});
const readCompose = async (file = 'docker-compose.yml'): Promise<unknown> =>
  parse(await read(file), { merge: true });

describe('docker-compose.yml', () => {
  const validate = async (compose: unknown) => {
    const schema: unknown = JSON.parse(await read('test/unit/cli/compose-spec.json'));
    const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
    const check = ajv.compile(z.record(z.string(), z.unknown()).parse(schema));
    check(compose);
    return check.errors ?? [];
  };

  test.each(['docker-compose.yml', 'deploy/interact.yml'])(
    '%s fits the Compose Specification',
    async (file) => {
      expect(await validate(await readCompose(file))).toEqual([]);
    },
  );

  test('deploy/interact.yml adds to what is there, and sets only variables that are read', async () => {
    const base = composeSchema.parse(await readCompose());
    const added = composeSchema.parse(await readCompose('deploy/interact.yml'));
    const secrets = { ...base.secrets, ...added.secrets };
    const known = [...Object.keys(settingsSchema.shape), ...SECRET_SETTINGS.map((name) => `${name}_FILE`)];
    for (const service of Object.values(added.services)) {
      expect(known).toEqual(expect.arrayContaining(Object.keys(service.environment ?? {})));
      for (const secret of SECRET_SETTINGS)
        expect(Object.keys(service.environment ?? {})).not.toContain(secret);
      expect(Object.keys(secrets)).toEqual(expect.arrayContaining(service.secrets ?? []));
      for (const needed of Object.keys(service.depends_on ?? {}))
        expect(base.services).toHaveProperty(needed);
    }
    expect(added.services['interact']?.command).toEqual(['interact']);
    expect(base.services).toHaveProperty('worker');
  });

  test('would not pass with a mistake in it', async () => {
    const broken = { services: { worker: { image: 'x', depend_on: ['postgres'] } } };
    expect(await validate(broken)).not.toEqual([]);
  });

  test('names only services, secrets and conditions that exist', async () => {
    const { services, secrets } = composeSchema.parse(await readCompose());
    const missing = Object.entries(services).flatMap(([name, service]) => [
      ...Object.entries(service.depends_on ?? {}).flatMap(([needed, { condition }]) =>
        services[needed] === undefined ||
        (condition === 'service_healthy' && services[needed].healthcheck === undefined)
          ? [`${name} needs ${needed} ${condition}`]
          : [],
      ),
      ...(service.secrets ?? []).flatMap((secret) => (secret in secrets ? [] : [`${name} needs ${secret}`])),
    ]);
    expect(missing).toEqual([]);
  });

  test('sets only variables that are read, and no secret in plain', async () => {
    const { services } = composeSchema.parse(await readCompose());
    const known = [...Object.keys(settingsSchema.shape), ...SECRET_SETTINGS.map((name) => `${name}_FILE`)];
    for (const name of ['migrate', 'worker']) {
      const variables = Object.keys(services[name]?.environment ?? {});
      expect(known).toEqual(expect.arrayContaining(variables));
      for (const secret of SECRET_SETTINGS) expect(variables).not.toContain(secret);
    }
  });

  test('gives each service the secrets of its own role alone', async () => {
    const base = composeSchema.parse(await readCompose()).services;
    const added = composeSchema.parse(await readCompose('deploy/interact.yml')).services;
    const databaseSecrets = Object.entries({ ...base, interact: added['interact'] }).map(
      ([name, service]): [string, string[]] => [
        name,
        (service?.secrets ?? []).filter((secret) => /password|database_url/.test(secret)),
      ],
    );
    expect(Object.fromEntries(databaseSecrets)).toEqual({
      postgres: ['postgres_password', 'role_passwords'],
      'temporal-schema': ['temporal_password'],
      temporal: ['temporal_password'],
      'temporal-ui': [],
      migrate: ['migrate_database_url'],
      worker: ['worker_database_url', 'wes_database_url', 'wcs_database_url', 'lms_database_url'],
      interact: ['interact_database_url'],
    });
  });

  test('starts commands that exist', async () => {
    const { services } = composeSchema.parse(await readCompose());
    const commands = createProgram().commands;
    for (const name of ['migrate', 'worker']) {
      const [command, ...flags] = services[name]?.command ?? [];
      const found = commands.find((each) => each.name() === command);
      expect(found, `${name} runs ${command}`).toBeDefined();
      expect(found?.options.map(({ long }) => long)).toEqual(expect.arrayContaining(flags));
    }
  });

  test('keeps the versions of the Temporal images in step', async () => {
    const { services } = composeSchema.parse(await readCompose());
    const versionOf = (name: string) => services[name]?.image?.split(':')[1];
    expect(versionOf('temporal-schema')).toBe(versionOf('temporal'));
  });
});

describe('Dockerfile', () => {
  test('runs as a user without rights, and brings every folder that the program reads', async () => {
    const dockerfile = await read('Dockerfile');
    const last = dockerfile.split(/^FROM /m).at(-1) ?? '';
    expect(last).toMatch(/^USER (?!root)\w+$/m);
    const { files } = z.object({ files: z.array(z.string()) }).parse(JSON.parse(await read('package.json')));
    for (const folder of files)
      expect(last).toMatch(new RegExp(String.raw`^COPY .*${folder} \./${folder}$`, 'm'));
  });
});
