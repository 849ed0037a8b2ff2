/** An agent of whatever schema. */
export interface AnyAgent {
  readonly id: string;
  readonly [field: string]: unknown;
}
