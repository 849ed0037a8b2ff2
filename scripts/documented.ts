// All that is public, for the check of its documentation: without npm's packages, whose types would
// count as private, only a module that imports none of them itself can be checked.
export * from "../mod.ts";
export * from "../src/otel/instrument-registry.ts";
export * from "../src/serve/serve-registry.ts";
export * from "../src/client/connect-registry.ts";
export * from "../src/nats/mod.ts";
