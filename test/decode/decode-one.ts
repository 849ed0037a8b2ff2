import type { DecodedRegistry } from "../../src/decode/decoded-registry.ts";
import { createDecoder } from "./sync-decoder.ts";
import { type Agent, AgentSchema } from "../../src/model/agent/agent-schema.ts";

/** The required fields, each with a valid value. */
export const valid = {
  name: "Planner",
  category: "system",
  environment: "test",
  owner: "core",
  version: "1.0.0",
  location: "agents/planner",
} as const;

/** The required fields as the inside of a flow map. */
export const flow: string = Object.entries(valid).map(([key, value]) => `${key}: ${value}`).join(
  ", ",
);

/** Decodes one document with the default schema. */
export function decode(content: string | Uint8Array): DecodedRegistry<Agent> {
  return createDecoder<Agent>(AgentSchema)({
    documents: [{ path: "agents.yaml", content }],
    issues: [],
  });
}

/** Decodes a registry of one agent `a` that has these fields beside, or in place of, the required. */
export function decodeAgent(fields: object, around: object = {}): DecodedRegistry<Agent> {
  const agents = { a: { ...valid, ...fields } };
  return decode(JSON.stringify({ ...around, agents }));
}
