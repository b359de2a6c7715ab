/** Does to an installation what the plan says. What can't be done just then is left: that too is chance. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ACTION_IDS } from '../../src/slack/buttons.ts';
import type { PostedMessage } from '../../src/local/slack-endpoint/slack-endpoint.ts';
import { warehouseWorkflowId } from '../../src/workflows/names.ts';
import type { Installation } from './installation.ts';
import type { AnswerKind, Fault } from './plan.ts';

/** A click that was answered with 200: by whom, nobody else has clicked under this id. */
export interface TakenAnswer {
  userId: string;
  button: AnswerKind;
  episodeId: string;
}

export interface Faults {
  strike(fault: Fault): Promise<void>;
  /** Buttons pressed so far. */
  pressed(): number;
  /** Those that were answered with 200, in order. */
  taken(): TakenAnswer[];
}

const CALL_WITHIN_MS = 10_000;

export function createFaults(installation: Installation): Faults {
  const { parts, proxies, slack, client } = installation;
  const taken: TakenAnswer[] = [];
  let pressed = 0;
  return { strike, pressed: () => pressed, taken: () => [...taken] };

  async function strike(fault: Fault): Promise<void> {
    switch (fault.kind) {
      case 'kill':
        return parts[fault.part].kill(fault.downMs);
      case 'connections': {
        const proxy = proxies[fault.to];
        if (fault.how !== 'hold') return proxy[fault.how]();
        proxy.hold();
        await sleep(fault.forMs);
        return proxy.resume();
      }
      case 'warehouse':
        return disturb(fault.code, fault.how).catch(() => undefined);
      case 'slack':
        return slack.fail({
          method: fault.method,
          kind: fault.how,
          times: fault.how === 'slow' ? 1 : fault.times,
        });
      default:
        return press(fault.button, fault.which);
    }
  }

  async function disturb(code: string, how: (Fault & { kind: 'warehouse' })['how']): Promise<void> {
    if (how === 'terminate') {
      await client.withDeadline(Date.now() + CALL_WITHIN_MS, () =>
        client.workflow.getHandle(warehouseWorkflowId(code)).terminate('chaos'),
      );
      return;
    }
    const options = how === 'reset' ? [] : ['--reapply-exclude', 'All'];
    await installation.resetWarehouse(code, ['--type', 'FirstWorkflowTask', ...options]);
  }

  async function press(button: AnswerKind, which: number): Promise<void> {
    const open = openAlerts(slack.messages());
    const message = open[Math.floor(which * open.length)];
    if (message === undefined) return;
    pressed += 1;
    const userId = `U${String(pressed).padStart(8, '0')}`;
    const { status } = await slack.click({
      channelId: message.channelId,
      ts: message.ts,
      actionId: ACTION_IDS[button],
      ...(button === 'mute' ? { option: '30m' } : {}),
      user: { id: userId, username: `person${pressed}` },
    });
    const episodeId = String(message.metadata?.event_payload['episode_id']);
    if (status === 200) taken.push({ userId, button, episodeId });
  }
}

/** Messages with buttons: an alert that is cleared has none. */
function openAlerts(messages: readonly PostedMessage[]): PostedMessage[] {
  return messages.filter(({ blocks }) => JSON.stringify(blocks).includes(`"action_id":"${ACTION_IDS.mute}"`));
}
