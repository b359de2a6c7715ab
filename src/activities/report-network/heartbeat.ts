/** A dead-man's switch: whoever watches it raises the alarm when nothing comes any more. */

/** Far below the activity's 15 s: a switch that hangs must not hold up what else is to be told. */
const TIMEOUT_MS = 5_000;

/** Posts one JSON object. @returns what went wrong, one line; the URL is a secret and is not in it */
export async function beatHeart(url: string | null, body: object, timeoutMs = TIMEOUT_MS): Promise<string[]> {
  if (url === null) return [];
  try {
    const { ok, status } = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
    return ok ? [] : [`heartbeat: BUFFERWATCH_HEARTBEAT_URL answers ${status}`];
  } catch (error) {
    const late = error instanceof Error && error.name === 'TimeoutError';
    return [`heartbeat: BUFFERWATCH_HEARTBEAT_URL ${late ? 'does not answer in time' : "can't be reached"}`];
  }
}
