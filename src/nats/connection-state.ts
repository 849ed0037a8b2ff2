import type { NatsConnection, Status } from "@nats-io/nats-core";
import { Observable } from "rxjs";

/** How a connection is doing. */
export type ConnectionState = "connected" | "reconnected" | "disconnected" | "closed";

/**
 * The states of a connection that the caller owns. Starts with `connected` or `closed`; never errors;
 * completes when the connection is closed for good.
 */
export function connectionState$(connection: NatsConnection): Observable<ConnectionState> {
  return new Observable((subscriber) => {
    const statuses = connection.status();
    subscriber.next(connection.isClosed() ? "closed" : "connected");
    const follow = async (): Promise<void> => {
      for await (const { type } of statuses) {
        const state = stateAfter(type);
        if (state !== undefined) subscriber.next(state);
      }
      subscriber.complete();
    };
    follow().catch(() => subscriber.complete());
    // Leaving the loop would wait for the next status, which may never come.
    return () => void ("stop" in statuses && (statuses as { stop(): void }).stop());
  });
}

function stateAfter(type: Status["type"]): ConnectionState | undefined {
  switch (type) {
    case "reconnect":
      return "reconnected";
    case "disconnect":
      return "disconnected";
    case "close":
      return "closed";
    default:
      return undefined;
  }
}
