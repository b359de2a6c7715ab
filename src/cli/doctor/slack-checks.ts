import { counted } from '../../domain/words/amounts.ts';
import type { Config } from '../../config/config.ts';
import { readRegistry } from '../../store/registry.ts';
import { listSourceOwners } from '../../store/source-owner.ts';
import { createSlackPort, type SlackPort } from '../../slack/slack-port.ts';
import { withDatabase } from '../context.ts';
import { badInput, failed } from '../failure.ts';
import type { Check } from './check.ts';

/** @throws CommandFailure where no token is set */
export function connectSlack({ slack }: Config): SlackPort {
  if (slack.botToken === null)
    throw badInput('SLACK_BOT_TOKEN is not set', 'set it to the bot token (xoxb-...) of your Slack app');
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
      name: 'channels',
      needs: ['slack token', 'database schema'],
      run: async () => {
        const listed = await withDatabase(config, async (pool) => {
          const { routes } = await readRegistry(pool);
          return [...routes, ...(await listSourceOwners(pool))];
        });
        const slack = connectSlack(config);
        const channels = [...new Set(listed.map(({ channel }) => channel))];
        const access = await Promise.all(channels.map((channel) => slack.checkAccess(channel)));
        const problems = access.filter(({ ok }) => !ok);
        if (problems.length > 0)
          throw failed(
            problems.map(({ channel, problem }) => `${channel}: ${problem}`).join('; '),
            `correct ${config.database.schema}.alert_route and source_owner, or invite the bot to the channel`,
          );
        return `${counted(channels.length, 'channel')} can be posted to`;
      },
    },
  ];
}
