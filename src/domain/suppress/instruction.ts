// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** Instructions by themselves: read from what carries one, and compared. */
import type { Instruction } from './contract.ts';

export function instructionOf(of: Instruction): Instruction {
  const { action, actionUnitId, quantity, quantityUnit, process, fromProcess } = of;
  return {
    action,
    actionUnitId,
    quantity,
    quantityUnit,
    ...(process === undefined ? {} : { process }),
    ...(fromProcess === undefined ? {} : { fromProcess }),
  };
}

/** Whose people it is about tells two apart only where both say so. */
export function isSameInstruction(a: Instruction, b: Instruction): boolean {
  const agree = (one: string | undefined, other: string | undefined): boolean =>
    one === undefined || other === undefined || one === other;
  return (
    a.action === b.action &&
    a.actionUnitId === b.actionUnitId &&
    a.quantity === b.quantity &&
    a.quantityUnit === b.quantityUnit &&
    agree(a.process, b.process) &&
    agree(a.fromProcess, b.fromProcess)
  );
}
