import { env } from "node:process";
import fc from "fast-check";

// The same in every run of the suite, so that what fails fails by what was changed; `npm run fuzz`
// takes another each time.
fc.configureGlobal({ seed: Number(env["FUZZ_SEED"] ?? 20_261_124) });
