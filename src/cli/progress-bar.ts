/** Progress on standard error: a bar that redraws itself on a terminal, else a line now and then. */

const WIDTH = 30;
const REDRAW_MS = 100;
const LINE_MS = 15_000;

export interface ProgressBar {
  /** @param total null where nobody knows */
  show: (phase: string, done: number, total: number | null) => void;
  end: () => void;
}

export function progressBar(stream: NodeJS.WriteStream = process.stderr): ProgressBar {
  const started = Date.now();
  let [drawnAt, drawn, phaseStarted, phaseNow] = [started, false, started, ''];
  return {
    show: (phase, done, total) => {
      const now = Date.now();
      if (phase !== phaseNow) [phaseNow, phaseStarted] = [phase, now];
      if (now - drawnAt < (stream.isTTY ? REDRAW_MS : LINE_MS)) return;
      drawnAt = now;
      const text = describe(phase, done, total, now - phaseStarted);
      stream.write(stream.isTTY ? `\r\u001b[K${text}` : `${text}\n`);
      drawn = stream.isTTY;
    },
    end: () => {
      if (drawn) stream.write('\r\u001b[K');
    },
  };
}

export function describe(phase: string, done: number, total: number | null, elapsedMs: number): string {
  if (total === null || total <= 0) return `${phase}: ${done.toLocaleString('en')} rows`;
  const share = Math.min(1, done / total);
  const filled = Math.round(share * WIDTH);
  const left = share > 0 ? Math.round((elapsedMs * (1 / share - 1)) / 1_000) : null;
  const bar = `${'#'.repeat(filled)}${'-'.repeat(WIDTH - filled)}`;
  return `${phase} [${bar}] ${Math.floor(100 * share)} %${left === null ? '' : `, about ${spell(left)} left`}`;
}

function spell(seconds: number): string {
  if (seconds < 90) return `${seconds} s`;
  return seconds < 5_400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}
