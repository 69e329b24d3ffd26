// Stands in front of the gateway: with TLS, as browsers meet it in earnest, and as a browser that loses cookies would: on request, what the
// gateway sets and what the browser sends is lost on the way. Adds no header, since `--dev` refuses those of a proxy.
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { createServer } from "node:https";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Front {
  /** The gateway's public address, on the site `localhost`. */
  address: string;
  /** Where the gateway itself listens. */
  port: number;
  /** The file with the certificate, for the gateway's requests to itself. */
  certificate: string;
  /** True while cookies are lost. */
  losing: boolean;
  stop(): Promise<void>;
}

export async function startFront(): Promise<Front> {
  const folder = await mkdtemp(join(tmpdir(), "lms-gateway-front-"));
  const { key, certificate } = await makeCertificate(folder);
  const tls = { key: await readFile(key), cert: await readFile(certificate) };
  const server = createServer(tls, (incoming, outgoing) => {
    const headers = { ...incoming.headers };
    if (front.losing) delete headers.cookie;
    const { method, url: path } = incoming;
    const onward = request({ host: "127.0.0.1", port: front.port, method, path, headers, setHost: false }, (answer) => {
      const kept = { ...answer.headers };
      if (front.losing) delete kept["set-cookie"];
      outgoing.writeHead(answer.statusCode!, kept);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const front: Front = {
    address: `https://localhost:${(server.address() as AddressInfo).port}`,
    port: 0,
    certificate,
    losing: false,
    async stop() {
      server.close();
      server.closeAllConnections();
      await rm(folder, { recursive: true });
    },
  };
  return front;
}

/** For `localhost`, signed by itself. No authority: the gateway's TLS would not take one for a server. */
async function makeCertificate(folder: string): Promise<{ key: string; certificate: string }> {
  const [config, key, certificate] = ["openssl.cnf", "key.pem", "certificate.pem"].map((name) => join(folder, name)) as [string, string, string];
  await writeFile(config, "[req]\ndistinguished_name=dn\nx509_extensions=ext\n[dn]\n[ext]\nsubjectAltName=DNS:localhost\nbasicConstraints=critical,CA:FALSE\n");
  const options = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost"];
  execFileSync("openssl", ["req", "-x509", "-config", config, "-keyout", key, "-out", certificate, ...options], { stdio: "ignore" });
  return { key, certificate };
}
