/** Facts about the configuration in force. */
export interface SnapshotFacts {
  /** Counts from 1 in this firewall's life. */
  readonly version: number;
  /** SHA-256 of the canonical configuration, lower-case hex. */
  readonly hash: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Number of rulesets of the configuration; managed ones do not count. */
  readonly rulesets: number;
  readonly rules: number;
  readonly lists: number;
}
