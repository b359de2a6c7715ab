-- They act as the owner, and every role may execute a new function: `migrate` grants them to the workers alone.
REVOKE EXECUTE ON FUNCTION ensure_artifact_partition(date), drop_artifact_partitions(date) FROM PUBLIC;
