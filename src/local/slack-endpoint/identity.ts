/** Who is who in the local workspace. */
export const BOT = { userId: 'U00000001', botId: 'B00000001', name: 'bufferwatch', teamId: 'T00000001' };

/** Who clicks on the page. */
export const PERSON = { id: 'U00000002', username: 'alex', name: 'alex', team_id: BOT.teamId };
