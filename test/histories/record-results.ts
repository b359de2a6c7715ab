/** Runs beside a workflow that is replayed: hands the answer of each of its updates to the test. */
import { proxySinks, type Sinks, type WorkflowInterceptorsFactory } from '@temporalio/workflow';

export interface AnswerSinks extends Sinks {
  answers: { give(updateId: string, answer: unknown): void };
}

export const interceptors: WorkflowInterceptorsFactory = () => {
  const { answers } = proxySinks<AnswerSinks>();
  return {
    inbound: [
      {
        async handleUpdate(input, next) {
          const answer = await next(input);
          answers.give(input.updateId, answer);
          return answer;
        },
      },
    ],
  };
};
