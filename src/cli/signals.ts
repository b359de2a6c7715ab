/** Calls `stop` once, on the first Ctrl-C or SIGTERM; returns what takes the handlers away again. */
export function onSignal(stop: (signal: NodeJS.Signals) => void): () => void {
  let called = false;
  const handle = (signal: NodeJS.Signals) => {
    if (called) return;
    called = true;
    stop(signal);
  };
  // SIGHUP: the terminal was closed
  const signals: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, handle);
  return () => {
    for (const signal of signals) process.off(signal, handle);
  };
}
