/** The narrow ports that several activities share; the worker fills them. */
import type { ArtifactRef, NewArtifact } from '../store/artifact.ts';

export type PutArtifact = (artifact: NewArtifact) => Promise<ArtifactRef>;
/** @throws ApplicationFailure `ArtifactMissing` where it has expired. */
export type GetArtifact = <T>(id: string) => Promise<T>;
