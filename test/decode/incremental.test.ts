import { isDeepStrictEqual } from "node:util";
import process from "node:process";
import { Type } from "@sinclair/typebox";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  createDecoder,
  createFullDecoder,
  type DecodedRegistry,
} from "../../src/decode/decoder.ts";
import { afterAttempt, initialState, type PipelineState } from "../../src/registry-state.ts";
import { draftOf, edited } from "./edit-registry.ts";
import { edit, parts } from "./registry-script.ts";

// Loose, so that most entries are valid whatever stands in them, and strict enough to refuse some.
const schema = Type.Object({
  kind: Type.Optional(
    Type.Union([Type.Literal("one"), Type.Literal("two")], { extendedBy: "kinds" }),
  ),
  needs: Type.Optional(Type.Array(Type.String(), { refersTo: "agents", uniqueItems: true })),
  next: Type.Optional(Type.String({ refersTo: "agents" })),
  tags: Type.Optional(Type.Array(Type.String(), { refersTo: "tags" })),
  status: Type.String({ default: "active" }),
});

const RUNS = Number(process.env["FUZZ_RUNS"] ?? 2_000);

/** All that a decoded registry says; maps as lists, because their order counts. */
function facts({ agents, origins, around, errors, warnings, debounceMs }: DecodedRegistry<object>) {
  return { agents: [...agents], origins: [...origins], around, errors, warnings, debounceMs };
}

function stateFacts({ snapshot, status }: PipelineState<object>) {
  const { agents, origins, document, warnings, revision } = snapshot;
  const { lastReload, issues } = status;
  // The ids that are gone have no order: a snapshot does not follow agents that only moved.
  const changes = lastReload?.type === "applied"
    ? { ...lastReload.changes, removed: lastReload.changes.removed.toSorted() }
    : undefined;
  const type = lastReload?.type;
  return {
    agents: [...agents],
    origins: [...origins],
    document,
    warnings,
    revision,
    issues,
    changes,
    type,
  };
}

function expectEqual(actual: unknown, expected: unknown): void {
  // Much faster than an expectation, which is left to say what differs.
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected);
}

test("an incremental decoder gives what a full one gives, whatever was edited", () => {
  let reloads = 0;
  let incremental = 0;
  fc.assert(
    fc.property(parts, fc.array(edit, { maxLength: 8 }), (first, edits) => {
      const decode = createDecoder<object>(schema);
      const full = createFullDecoder<object>(schema);
      const attempt = {
        cause: "change",
        paths: [],
        timestamp: new Date(0),
        durationMs: 0,
      } as const;
      let state = initialState<object>(new Date(0));
      let expectedState = initialState<object>(new Date(0));
      let draft = draftOf(first);
      for (const next of [undefined, ...edits]) {
        if (next !== undefined) draft = edited(draft, next);
        const reading = { documents: [{ path: "a.yaml", content: draft.bytes }], issues: [] };
        const decoded = decode(reading, state.snapshot.agents);
        const expected = full(reading);
        expectEqual(facts(decoded), facts(expected));
        reloads++;
        if (decoded.since !== undefined) incremental++;
        // What is decoded need not come into service.
        if (next !== undefined && "at" in next && next.at % 5 === 0) continue;
        const before = state.snapshot.agents;
        state = afterAttempt(state, { ...attempt, decoded });
        expectedState = afterAttempt(expectedState, { ...attempt, decoded: expected });
        expectEqual(stateFacts(state), stateFacts(expectedState));
        for (const [id, agent] of state.snapshot.agents) {
          const changed = stateFacts(state).changes;
          expect(Object.isFrozen(agent)).toBe(true);
          if (changed !== undefined && ![...changed.added, ...changed.updated].includes(id)) {
            expect(agent).toBe(before.get(id));
          }
        }
      }
    }),
    { numRuns: RUNS },
  );
  // The property would hold, too, if everything fell back.
  expect(incremental / reloads).toBeGreaterThan(0.15);
}, 3_600_000);
