import {
  distinctUntilChanged,
  fromEvent,
  map,
  merge,
  type Observable,
  shareReplay,
  startWith,
  Subject,
} from "rxjs";

export const VIEWS = ["agents", "timeline", "issues"] as const;
export type View = (typeof VIEWS)[number];

/** What the address says is to be seen. */
export interface Route {
  readonly view: View;
  /** The agent whose fields are shown. */
  readonly id: string | undefined;
  readonly query: string;
  /** Field and value. */
  readonly filters: readonly (readonly [field: string, value: string])[];
  /** The column that agents are sorted by. */
  readonly sort: string | undefined;
  readonly descending: boolean;
}

/** Reads the part of an address behind the `#`. */
export function parseRoute(hash: string): Route {
  const [path = "", search = ""] = hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const [first, ...rest] = path.split("/");
  const params = new URLSearchParams(search);
  const sort = params.get("sort") ?? "";
  return {
    view: VIEWS.find((view) => view === first) ?? "agents",
    id: first === "agents" && rest.length > 0 ? decoded(rest.join("/")) : undefined,
    query: params.get("q") ?? "",
    filters: params.getAll("is").map((filter) => {
      const [field = "", value = ""] = filter.split(/=(.*)/s);
      return [field, value];
    }),
    sort: sort.replace(/^-/, "") || undefined,
    descending: sort.startsWith("-"),
  };
}

/** Writes what {@linkcode parseRoute} reads. */
export function routeHash({ view, id, query, filters, sort, descending }: Route): string {
  const params = new URLSearchParams();
  if (query !== "") params.set("q", query);
  for (const [field, value] of filters) params.append("is", `${field}=${value}`);
  if (sort !== undefined) params.set("sort", `${descending ? "-" : ""}${sort}`);
  const search = params.toString();
  const path = id === undefined ? view : `${view}/${encodeURIComponent(id)}`;
  return `#/${path}${search === "" ? "" : `?${search}`}`;
}

/** The address, as it is and as it changes. */
export class Router {
  readonly route$: Observable<Route>;
  readonly #replaced = new Subject<void>();

  constructor() {
    this.route$ = merge(fromEvent(window, "hashchange"), this.#replaced).pipe(
      map(() => location.hash),
      startWith(location.hash),
      distinctUntilChanged(),
      map(parseRoute),
      shareReplay({ bufferSize: 1, refCount: false }),
    );
  }

  get route(): Route {
    return parseRoute(location.hash);
  }

  /** The address of what is seen now, but for this. */
  hash(change: Partial<Route>): string {
    return routeHash({ ...this.route, ...change });
  }

  /** Goes there, without a way back: for what changes with every key. */
  replace(change: Partial<Route>): void {
    history.replaceState(null, "", this.hash(change));
    this.#replaced.next();
  }

  go(change: Partial<Route>): void {
    location.hash = this.hash(change);
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
