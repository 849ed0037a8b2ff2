import type { HistoryEntry } from "../history-changes.ts";

export type { HistoryEntry };

/** What the page asks the server besides following it. All addresses are relative to the page. */
export class Server {
  /** Whether the server takes changes. */
  async canWrite(): Promise<boolean> {
    const { write } = await json<{ write: boolean }>(await fetch("status"));
    return write;
  }

  /** The last reloads, oldest first, with what each changed field by field. */
  async history(): Promise<readonly HistoryEntry[]> {
    const { reloads } = await json<{ reloads: readonly HistoryEntry[] }>(await fetch("history"));
    return reloads;
  }

  async reload(): Promise<void> {
    await json(await fetch("reload", { method: "POST" }));
  }

  async rollback(revision: number): Promise<void> {
    await json(
      await fetch("rollback", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ revision }),
      }),
    );
  }
}

/** The answer, or an error that says what the server says. */
async function json<T>(response: Response): Promise<T> {
  const body = await response.json().catch(() => undefined);
  if (response.ok) return body as T;
  const { title = `Status ${response.status}`, detail } = body ?? {};
  throw new Error(detail === undefined ? title : `${title}: ${detail}`);
}
