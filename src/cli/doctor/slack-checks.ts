import type { Config } from '../../config.ts';
import type { AlertRoute } from '../../domain/registry.ts';
import { readRegistry } from '../../store/registry.ts';
import { createSlackPort, type SlackPort } from '../../slack/slack-port.ts';
import { withDatabase } from '../context.ts';
import { CheckFailed, type Check } from './check.ts';

/** @throws CheckFailed where no token is set */
export function connectSlack({ slack }: Config): SlackPort {
  if (slack.botToken === null)
    throw new CheckFailed(
      'SLACK_BOT_TOKEN is not set',
      'set it to the bot token (xoxb-...) of your Slack app',
    );
  return createSlackPort({ token: slack.botToken, apiUrl: slack.apiUrl });
}

export function slackChecks(config: Config): Check[] {
  return [
    {
      area: 'slack',
      name: 'token',
      run: async () => {
        const { team, user } = await connectSlack(config).checkAuth();
        return `${user} in ${team}`;
      },
    },
    {
      area: 'slack',
      name: 'routes',
      run: async () => {
        const { routes, warehouses } = await withDatabase(config, readRegistry);
        const slack = connectSlack(config);
        const channels = [...new Set(routes.map(({ channel }) => channel))];
        const access = await Promise.all(channels.map((channel) => slack.checkAccess(channel)));
        const problems = access
          .filter(({ ok }) => !ok)
          .map(({ channel, problem }) => `${channel}: ${problem}`);
        const silent = warehouses.filter(({ code, active }) => active && !isRouted(code, routes));
        problems.push(...silent.map(({ code }) => `${code} has no route: its alerts would reach nobody`));
        if (problems.length > 0)
          throw new CheckFailed(problems.join('; '), 'correct alert_route, or invite the bot to the channel');
        return `${channels.length} channels can be posted to`;
      },
    },
  ];
}

function isRouted(code: string, routes: AlertRoute[]): boolean {
  return routes.some(
    ({ warehouse, escalateAfterMin }) =>
      escalateAfterMin === undefined && (warehouse === null || warehouse === code),
  );
}
