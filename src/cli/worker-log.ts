/** The worker's JSON log, for people: warnings and worse, and the same one not again and again. */
import { z } from 'zod';
import { say } from './output.ts';

/** pino's number for a warning. */
const WARNING = 40;

/** Retries repeat a warning every few seconds; once in this time says as much. */
const REPEAT_MS = 60_000;

const entry = z.object({
  level: z.number(),
  msg: z.string(),
  activityType: z.string().optional(),
  workflowId: z.string().optional(),
  error: z.object({ message: z.string() }).partial().optional(),
  err: z.object({ message: z.string() }).partial().optional(),
});

export function createWorkerLogView(now: () => number = Date.now, show = say): (line: string) => void {
  const shown = new Map<string, number>();
  return (line) => {
    const text = condense(line);
    if (text === null) return;
    // the same trouble of another warehouse is no news either
    const kind = text.replace(/ in \S+/, '');
    if (now() - (shown.get(kind) ?? Number.NEGATIVE_INFINITY) < REPEAT_MS) return;
    shown.set(kind, now());
    show(text);
  };
}

/** null where it is not worth showing. */
function condense(line: string): string | null {
  const parsed = entry.safeParse(parseJson(line));
  // what is no log entry is the bundler's report, or a crash, which is told from the worker's last lines
  if (!parsed.success) return null;
  const { level, msg, activityType, workflowId, error, err } = parsed.data;
  if (level < WARNING) return null;
  const what = activityType ? ` (${activityType}${workflowId ? ` in ${workflowId}` : ''})` : '';
  const why = error?.message ?? err?.message;
  return `worker: ${msg}${what}${why ? `: ${why}` : ''}`;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
