import { VERSION } from "../../version.ts";

type Json = Readonly<Record<string, unknown>>;

const object = (properties: Json): Json => ({ type: "object", properties });
const list = (items: Json): Json => ({ type: "array", items });
const content = (schema: Json, type = "application/json"): Json => ({ [type]: { schema } });
const ok = (description: string, schema: Json, type?: string): Json => ({
  "200": { description, content: content(schema, type) },
});
const failed = (status: number, description: string): Json => ({
  [status]: {
    description,
    content: content({ $ref: "#/components/schemas/Problem" }, "application/problem+json"),
  },
});
const get = (summary: string, responses: Json, parameters: readonly Json[] = []): Json => ({
  get: { summary, parameters, responses: { ...responses, ...failed(401, "Not authorized") } },
});
const post = (summary: string, responses: Json, body?: Json): Json => ({
  post: {
    summary,
    ...(body === undefined ? {} : { requestBody: { required: true, content: content(body) } }),
    responses: { ...responses, ...failed(403, "Read-only, or asked by a page of another site") },
  },
});
const unchanged: Json = { "304": { description: "As the client has it (If-None-Match)" } };

/** Describes the server by OpenAPI 3.1. */
export function openApi(write: boolean, metrics: boolean): Json {
  const reload = { $ref: "#/components/schemas/Reload" };
  const revision = { type: "integer", minimum: 0 };
  return {
    openapi: "3.1.0",
    info: { title: "Agent registry", version: VERSION },
    // Relative to this document, wherever it is mounted.
    servers: [{ url: "." }],
    paths: {
      "/agents": get(
        "The agents, sorted by name",
        {
          ...ok(
            "The agents, and beside them what stands around them in the file",
            object({ revision, agents: list({ type: "object" }) }),
          ),
          ...unchanged,
          ...failed(400, "Too many conditions"),
          ...failed(414, "The URL is too long"),
        },
        [
          { name: "q", in: "query", description: "Text that the agent holds", schema: text },
          {
            name: "filter",
            in: "query",
            description:
              "A field and its value. Given more than once, a list field must hold all of " +
              "the values, and any other field be one of them",
            style: "form",
            explode: true,
            schema: { type: "object", additionalProperties: list(text) },
          },
        ],
      ),
      "/agents/{id}": get(
        "One agent",
        {
          ...ok(
            "The agent, and where it stands",
            object({
              revision,
              agent: { type: "object" },
              origin: object({ path: text, line: revision, column: revision, pointer: text }),
              stale: list({ $ref: "#/components/schemas/Issue" }),
            }),
          ),
          ...unchanged,
          ...failed(404, "There is no such agent"),
        },
        [{ name: "id", in: "path", required: true, schema: text }],
      ),
      "/status": get("How the registry is doing", {
        ...ok("The status", { type: "object" }),
        ...unchanged,
      }),
      "/history": get("The last reloads, oldest first, and what each changed", {
        ...ok("The reloads", object({ instance: text, reloads: list(reload) })),
        ...unchanged,
      }),
      "/snapshot": get("Everything that a follower is told first", {
        ...ok("The message `state` of docs/protocol.md", { type: "object" }),
        ...unchanged,
      }),
      "/events": get(
        "Server-sent events, as docs/protocol.md describes them",
        { ...ok("The stream", text, "text/event-stream"), ...failed(503, "Too many followers") },
        [{ name: "Last-Event-ID", in: "header", schema: text }],
      ),
      "/healthz": get("Whether the registry is in sync", {
        ...ok("In sync", object({ inSync: { const: true }, revision })),
        ...failed(503, "Not in sync, and why"),
      }),
      ...(metrics ? { "/metrics": get("Metrics", ok("Of Prometheus", text, "text/plain")) } : {}),
      ...(write
        ? {
          "/reload": post("Reload now", ok("What came of it", reload)),
          "/rollback": post(
            "Serve an older revision again",
            { ...ok("What came of it", reload), ...failed(422, "The revision is not kept") },
            { ...object({ revision }), required: ["revision"] },
          ),
        }
        : {}),
    },
    components: { schemas },
  };
}

const text: Json = { type: "string" };

const schemas: Json = {
  Problem: {
    ...object({ title: text, status: { type: "integer" }, detail: text }),
    description: "Problem details (RFC 9457)",
  },
  Issue: object({
    code: text,
    severity: { enum: ["error", "warning"] },
    message: text,
    path: text,
    line: { type: "integer" },
    column: { type: "integer" },
    pointer: text,
    frame: text,
  }),
  Reload: object({
    number: { type: "integer" },
    type: { enum: ["applied", "partial", "rejected", "unchanged"] },
    revision: { type: "integer" },
    timestamp: { type: "string", format: "date-time" },
    durationMs: { type: "number" },
    cause: { enum: ["initial", "change", "manual", "rollback"] },
    paths: list(text),
    success: { type: "boolean" },
    error: text,
    agentsCount: { type: "integer" },
    previousCount: { type: "integer" },
    changes: object({ added: list(text), updated: list(text), removed: list(text) }),
    issues: list({ $ref: "#/components/schemas/Issue" }),
  }),
};
