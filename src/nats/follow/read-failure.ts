import type { Issue } from "../../../mod.ts";

/** Why a bucket cannot be read. */
export class ReadFailure extends Error {
  /** Whether it may be better soon, with nothing written to the manifest. */
  readonly passing: boolean;
  readonly code: Issue["code"];

  constructor(message: string, passing = false, code: Issue["code"] = "source-failed") {
    super(message);
    this.name = "ReadFailure";
    this.passing = passing;
    this.code = code;
  }
}
