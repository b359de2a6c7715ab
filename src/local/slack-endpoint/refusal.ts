/** An answer with `ok: false`; `detail` goes to response_metadata.messages, as Slack does it. */
export class Refusal extends Error {
  readonly code: string;
  readonly detail: string[];
  constructor(code: string, ...detail: string[]) {
    super(code);
    this.code = code;
    this.detail = detail;
  }
}
