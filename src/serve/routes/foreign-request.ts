/**
 * Whether a request came by a name that is not the server's: a page of another site reaches a server on
 * this machine so, whose name it lets point there (DNS rebinding).
 *
 * @param hosts the names that are the server's, without ports; `undefined` for any
 */
export function hasForeignHost(request: Request, hosts: readonly string[] | undefined): boolean {
  return hosts !== undefined && !hosts.includes(hostnameOf(hostOf(request)));
}

/**
 * Whether a page of another site sent a request, as browsers say.
 *
 * @param origins those that may
 */
export function hasForeignOrigin(request: Request, origins: readonly string[]): boolean {
  const origin = request.headers.get("origin");
  if (origin === null || origins.includes(origin)) return false;
  return !URL.canParse(origin) || new URL(origin).host !== hostOf(request);
}

function hostOf(request: Request): string {
  return request.headers.get("host") ?? new URL(request.url).host;
}

function hostnameOf(host: string): string {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : "";
}
