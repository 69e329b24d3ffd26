// A small server for pages of a test.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Pages {
  /** `http://localhost:…`, without a path. */
  origin: string;
  stop(): Promise<void>;
}

/** Serves these bodies by path: JavaScript where the path ends so, else HTML. */
export async function servePages(bodies: Record<string, string>): Promise<Pages> {
  const server = createServer((request, response) => {
    const path = new URL(request.url!, "http://localhost").pathname;
    const body = bodies[path];
    response.statusCode = body === undefined ? 404 : 200;
    response.setHeader("content-type", path.endsWith(".js") ? "text/javascript" : "text/html");
    response.end(body);
  }).listen(0, "localhost");
  await once(server, "listening");
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
