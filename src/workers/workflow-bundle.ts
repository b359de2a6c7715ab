/** The workflow code, bundled once per process: workers and tests share it. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type Logger, type WorkflowBundleWithSourceMap } from '@temporalio/worker';

let bundled: Promise<WorkflowBundleWithSourceMap> | undefined;

export function bundleWorkflows(logger?: Logger): Promise<WorkflowBundleWithSourceMap> {
  bundled ??= bundleWorkflowCode({
    workflowsPath: workflowsPath(),
    ...(logger === undefined ? {} : { logger }),
  });
  return bundled;
}

/** Compiled beside this file in `dist`, source in `src`. */
function workflowsPath(): string {
  const compiled = fileURLToPath(new URL('../workflows/workflows.js', import.meta.url));
  return existsSync(compiled)
    ? compiled
    : fileURLToPath(new URL('../workflows/workflows.ts', import.meta.url));
}
