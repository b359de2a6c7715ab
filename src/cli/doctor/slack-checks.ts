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
        const named = await withDatabase(config, async (pool) => ({
          alert_route: (await readRegistry(pool)).routes,
          source_owner: await listSourceOwners(pool),
        }));
        const slack = connectSlack(config);
        const channels = tablesByChannel(named);
        const access = await Promise.all([...channels.keys()].map((channel) => slack.checkAccess(channel)));
        const problems = access.filter(({ ok }) => !ok);
        if (problems.length > 0)
          throw failed(
            problems.map(({ channel, problem }) => `${channel}: ${problem}`).join('; '),
            problems
              .map(({ channel }) => {
                const tables = (channels.get(channel) ?? []).map(
                  (table) => `${config.database.schema}.${table}`,
                );
                return `correct ${tables.join(' and ')} where channel = '${channel}'`;
              })
              .join('; ') + ', or invite the bot to the channel',
          );
        return `${counted(channels.size, 'channel')} can be posted to`;
      },
    },
  ];
}

/** Each channel with the tables that name it. */
export function tablesByChannel(
  named: Readonly<Record<string, readonly { channel: string }[]>>,
): Map<string, string[]> {
  const tables = new Map<string, string[]>();
  for (const [table, rows] of Object.entries(named))
    for (const channel of new Set(rows.map((row) => row.channel)))
      tables.set(channel, [...(tables.get(channel) ?? []), table]);
  return tables;
}
