/** How bad it is, at a glance. */
import type { Severity, State } from '../vocabulary.ts';

const SEVERITY_MARKS: Record<Severity, string> = {
  EMERGENCY: '🚨',
  CRITICAL: '🔴',
  WARNING: '🟠',
  WATCH: '🟡',
  NONE: '🟢',
};

const STATE_MARKS: Record<State, string> = {
  OK: '🟢',
  NOT_SCHEDULED: '⚪',
  UNKNOWN: '⚪',
  WATCH_LOW: '🟡',
  WATCH_HIGH: '🟡',
  STARVE_RISK: '🟠',
  OVERFLOW_RISK: '🟠',
  STARVED: '🔴',
  OVERFLOW: '🔴',
};

const SEVERITY_NAMES: Record<Severity, string> = {
  EMERGENCY: 'Emergency',
  CRITICAL: 'Critical',
  WARNING: 'Warning',
  WATCH: 'Watch',
  NONE: 'No action needed',
};

export function severityMark(severity: Severity): string {
  return SEVERITY_MARKS[severity];
}

export function stateMark(state: State): string {
  return STATE_MARKS[state];
}

/** For those who cannot tell the marks apart. */
export function severityName(severity: Severity): string {
  return SEVERITY_NAMES[severity];
}
