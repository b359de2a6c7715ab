/** A TCP proxy on loopback that does to connections what networks do: ends them, resets them, lets them hang. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface TcpProxy {
  /** On 127.0.0.1. */
  port: number;
  /** The given URL with host and port of the proxy. */
  through(url: string): string;
  /** Ends every open connection in good order (FIN). */
  cut(): void;
  /** Resets every open connection (RST). */
  reset(): void;
  /** From now on no byte passes, in open connections and new ones, and nobody is told. */
  hold(): void;
  /** From now on new connections are ended at once. */
  refuse(): void;
  /** Bytes pass again, those that were held back first. */
  resume(): void;
  /** Connections open now. */
  open(): number;
  close(): Promise<void>;
}

export async function startTcpProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const pairs = new Set<[Socket, Socket]>();
  let mode: 'pass' | 'hold' | 'refuse' = 'pass';

  const server = createServer((client) => {
    // Ended by the other side or by us: either way the pair is over.
    client.on('error', () => undefined);
    if (mode === 'refuse') {
      client.destroy();
      return;
    }
    const upstream = connect(target.port, target.host);
    upstream.on('error', () => undefined);
    const pair: [Socket, Socket] = [client, upstream];
    pairs.add(pair);
    for (const [from, to] of [pair, [upstream, client]] as const) {
      from.on('data', (bytes) => {
        if (!to.write(bytes)) from.pause();
      });
      to.on('drain', () => mode !== 'hold' && from.resume());
      from.on('close', () => {
        pairs.delete(pair);
        to.destroy();
      });
    }
    if (mode === 'hold') for (const socket of pair) socket.pause();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no TCP port');
  const { port } = address;
  const each = (act: (socket: Socket) => unknown): void => {
    for (const socket of [...pairs].flat()) act(socket);
  };

  return {
    port,
    through: (url) => Object.assign(new URL(url), { hostname: '127.0.0.1', port: String(port) }).href,
    cut: () => each((socket) => socket.destroy()),
    reset: () => each((socket) => socket.resetAndDestroy()),
    hold() {
      mode = 'hold';
      each((socket) => socket.pause());
    },
    refuse() {
      mode = 'refuse';
    },
    resume() {
      mode = 'pass';
      each((socket) => socket.resume());
    },
    open: () => pairs.size,
    async close() {
      each((socket) => socket.destroy());
      server.close();
      await once(server, 'close');
    },
  };
}
