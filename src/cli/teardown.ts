/** What was started, to be stopped in reverse order. */
import { messageOf } from '../failures/errors.ts';

export class Teardown {
  readonly #steps: { name: string; stop: () => Promise<unknown> }[] = [];
  #running: Promise<string[]> | undefined;

  add(name: string, stop: () => Promise<unknown>): void {
    this.#steps.push({ name, stop });
  }

  /** Runs each step once, whatever became of the others; returns what went wrong. Asked twice, it runs once. */
  run(): Promise<string[]> {
    this.#running ??= this.#runAll();
    return this.#running;
  }

  async #runAll(): Promise<string[]> {
    const problems: string[] = [];
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      try {
        await step.stop();
      } catch (error) {
        problems.push(`${step.name}: ${messageOf(error)}`);
      }
    }
    return problems;
  }
}
